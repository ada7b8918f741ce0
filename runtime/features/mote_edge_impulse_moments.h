/* Mean, deviation, skewness and excess kurtosis, as populations have them. Values that do not vary have
 * skewness 0 and kurtosis -3. */
#ifndef MOTE_EDGE_IMPULSE_MOMENTS_H
#define MOTE_EDGE_IMPULSE_MOMENTS_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  float mean, mean_square, variance, skewness, kurtosis;
} mote_moments;

/* Of n floats with plain float32 arithmetic in the order of numpy's sums, so that what float32 leaves of a
 * signal that hardly varies is the same. */
mote_moments mote_plain_moments(const float *x, int32_t n);

/* Their mean, likewise. */
float mote_plain_mean(const float *x, int32_t n);

/* Of x[0], x[stride], ... with about twice the digits for mean and deviations: as if in double precision. */
mote_moments mote_precise_moments(const float *x, int32_t stride, int32_t n);

#ifdef __cplusplus
}
#endif

#endif
