/* Mean over axes, int8. */
#define VALUE int8_t
#define CLAMP mote_clamp_s8
#define LOWEST (-128)
#define HIGHEST 127
#include "mote_mean_body.h"

MOTE_SHARED void mote_mean_s8(const mote_mean_params *p, const int8_t *x, int8_t *y) { mean(p, x, y); }
