/* A device that is worn the other way round measures the other sign. */
#include "mote_fixed_sign_free.h"

MOTE_SHARED void mote_fixed_sign_free(const mote_fixed_sign_free_params *p, const int16_t *x, int32_t *work,
                                      int32_t *y) {
  int32_t r, c;
  (void)work;
  for (r = 0; r < p->rows; ++r, x += p->channels)
    for (c = 0; c < p->channels; ++c) {
      const int32_t v = x[c];
      *y++ = (p->is_free[c] && v < 0 ? -v : v) * 256;
    }
}
