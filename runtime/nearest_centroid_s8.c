/* The squared distance of an int8 tensor to the nearest of some centroids, as the scores of normal and
 * anomaly. */
#include "mote_anomaly.h"

MOTE_SHARED void mote_nearest_centroid_s8(const mote_nearest_centroid_params *p,
                                          const MOTE_FLASH int16_t *centroids, const int8_t *x, int8_t *y) {
  const int32_t count = p->count;
  int32_t n, k, i;
  for (n = 0; n < p->batches; ++n, x += count, y += 2) {
    const MOTE_FLASH int16_t *c = centroids;
    uint64_t nearest = 0;
    for (k = 0; k < p->centroids; ++k, c += count) {
      uint64_t sum = 0;
      for (i = 0; i < count; ++i) {
        const int32_t d = (int32_t)x[i] * 64 - c[i]; /* below 2^16 */
        const uint32_t size = (uint32_t)(d < 0 ? -d : d);
        sum += size * size;
      }
      if (k == 0 || sum < nearest) nearest = sum;
    }
    mote_anomaly_values(nearest, &p->threshold, y);
  }
}
