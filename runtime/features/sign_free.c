/* A device that is worn the other way round measures the other sign. */
#include "mote_sign_free.h"

MOTE_SHARED void mote_sign_free(const mote_sign_free_params *p, const float *x, float *work, float *y) {
  int32_t r, c;
  (void)work;
  for (r = 0; r < p->rows; ++r, x += p->channels)
    for (c = 0; c < p->channels; ++c) *y++ = p->is_free[c] && x[c] < 0 ? -x[c] : x[c];
}
