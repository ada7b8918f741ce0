/* Squares are exact; channels of a finer unit lose what is below 2^-16 of the coarsest one's. */
#include "mote_fixed_magnitude.h"

static int32_t mote_fixed_length_of(const mote_fixed_magnitude_params *p, const int16_t *row) {
  uint64_t sum = 0;
  uint32_t root;
  int32_t k;
  for (k = 0; k < p->chosen; ++k) {
    const int32_t v = row[p->columns[k]];
    sum += ((uint64_t)(uint32_t)(v * v) << 16) >> p->down[k];
  }
  root = mote_root_u64(sum);
  root = (root >> 1) + (root & 1);
  return root > MOTE_FIXED_MOST ? MOTE_FIXED_MOST : (int32_t)root;
}

MOTE_SHARED void mote_fixed_magnitude(const mote_fixed_magnitude_params *p, const int16_t *x, int32_t *work,
                                      int32_t *y) {
  int32_t r, k;
  (void)work;
  for (r = 0; r < p->rows; ++r, x += p->channels) {
    for (k = 0; p->keeps && k < p->channels; ++k) *y++ = x[k] * (int32_t)256;
    *y++ = mote_fixed_length_of(p, x);
  }
}
