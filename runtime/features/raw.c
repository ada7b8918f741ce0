/* The samples themselves. */
#include "mote_raw.h"

MOTE_SHARED void mote_raw(const mote_raw_params *p, const float *x, float *work, float *y) {
  int32_t r, k;
  (void)work;
  for (r = 0; r < p->rows; ++r)
    for (k = 0; k < p->chosen; ++k) *y++ = x[r * p->channels + p->columns[k]] * p->scale;
}
