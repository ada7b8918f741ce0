/* What the routines that score anomalies share: a score and its threshold become two int8 values. */
#ifndef MOTE_ANOMALY_H
#define MOTE_ANOMALY_H

#include "mote_runtime.h"

/* y[1] = 256 s / (s + t), rounded down and at most 255, less 128; y[0] = 255 less that, less 128. So y[1] is
 * the larger one if and only if s >= t. s < 2^55, 0 < t < 2^55. */
static inline void mote_anomaly_values(uint64_t score, const mote_anomaly_threshold *threshold, int8_t *y) {
  const uint64_t t = (uint64_t)(uint32_t)threshold->high << 31 | (uint32_t)threshold->low;
  const int32_t q = (int32_t)((score << 8) / (score + t));
  const int32_t share = q > 255 ? 255 : q;
  y[1] = (int8_t)(share - 128);
  y[0] = (int8_t)(127 - share);
}

#endif
