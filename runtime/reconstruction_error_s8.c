/* The squared distance of two int8 tensors of any scales, as the scores of normal and anomaly. */
#include "mote_anomaly.h"

MOTE_SHARED void mote_reconstruction_error_s8(const mote_reconstruction_error_params *p, const int8_t *a,
                                              const int8_t *b, int8_t *y) {
  const int32_t za = p->a_zero_point, zb = p->b_zero_point, ma = p->a_multiplier, mb = p->b_multiplier;
  int32_t n, i;
  for (n = 0; n < p->batches; ++n, a += p->count, b += p->count, y += 2) {
    uint64_t sum = 0;
    for (i = 0; i < p->count; ++i) {
      const int32_t d = ((a[i] - za) * ma - (b[i] - zb) * mb + 64) >> 7; /* below 2^16 */
      const uint32_t size = (uint32_t)(d < 0 ? -d : d);
      sum += size * size;
    }
    mote_anomaly_values(sum, &p->threshold, y);
  }
}
