/* Mean over axes, int16. */
#define VALUE int16_t
#define CLAMP mote_clamp_s16
#define LOWEST (-32768)
#define HIGHEST 32767
#include "mote_mean_body.h"

MOTE_SHARED void mote_mean_s16(const mote_mean_params *p, const int16_t *x, int16_t *y) { mean(p, x, y); }
