/* The squared length of an affine image of an int8 tensor (by the whitening of a Gaussian its Mahalanobis
 * distance), as the scores of normal and anomaly. */
#include "mote_anomaly.h"

static uint64_t square_of(int32_t sum, int32_t shift) {
  const uint32_t size = (uint32_t)(sum < 0 ? -sum : sum) >> shift;
  return (uint64_t)size * size;
}

MOTE_SHARED void mote_mahalanobis_s8(const mote_mahalanobis_params *p, const MOTE_FLASH int16_t *weights,
                                     const MOTE_FLASH int32_t *bias, const int8_t *x, int8_t *y) {
  const int32_t count = p->count;
  int32_t n, r, i;
  for (n = 0; n < p->batches; ++n, x += count, y += 2) {
    const MOTE_FLASH int16_t *w = weights;
    uint64_t sum = 0;
    for (r = 0; r < count; ++r) {
      int32_t row = bias[r];
      if (p->is_diagonal) {
        row += (int32_t)*w++ * x[r];
      } else { /* of a lower triangle: row r has r + 1 weights */
        for (i = 0; i <= r; ++i) row += (int32_t)*w++ * x[i];
      }
      sum += square_of(row, p->shift);
    }
    mote_anomaly_values(sum, &p->threshold, y);
  }
}
