/* Under the name that blocks in integers have. */
#include "mote_fixed_micro_frontend.h"

MOTE_SHARED void mote_fixed_micro_frontend(const mote_fixed_micro_frontend_params *p, const int16_t *x,
                                           int32_t *work, int32_t *y) {
  mote_micro_frontend_s16(p, x, work, y);
}
