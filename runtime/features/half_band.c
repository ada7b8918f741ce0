/* Beyond its ends x is x[0], x[1], ... and x[n - 1], x[n - 2], ... */
#include "mote_half_band.h"

MOTE_SHARED int32_t mote_half_band(const float *x, int32_t n, const MOTE_FLASH float *filter, int32_t taps,
                                   float *y) {
  const int32_t count = (n + taps - 1) / 2;
  int32_t i, k;
  for (i = 0; i < count; ++i) {
    const int32_t last = 2 * i + 1, beyond = last < n ? 0 : last - n + 1; /* taps behind the end */
    float sum = 0;
    for (k = beyond - 1; k >= 0; --k) sum += filter[k] * x[2 * n - 1 - last + k];
    for (k = beyond; k < taps; ++k) sum += filter[k] * x[last >= k ? last - k : k - last - 1];
    y[i] = sum;
  }
  return count;
}
