/* The samples themselves. */
#include "mote_fixed_raw.h"

MOTE_SHARED void mote_fixed_raw(const mote_fixed_raw_params *p, const int16_t *x, int32_t *work, int32_t *y) {
  int32_t r, k;
  (void)work;
  for (r = 0; r < p->rows; ++r, x += p->channels)
    for (k = 0; k < p->chosen; ++k) *y++ = (x[p->columns[k]] * p->factor + 64) >> 7;
}
