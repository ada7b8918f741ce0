/* Moments of samples, in sums of stretches of 64, so that long windows lose nothing. */
#ifndef MOTE_STRETCHES_H
#define MOTE_STRETCHES_H

#include "mote_features.h"

#define MOTE_STRETCH 64

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 8 && !defined(__OPTIMIZE_SIZE__)
#define MOTE_UNROLLED _Pragma("GCC unroll 4")
#else
#define MOTE_UNROLLED
#endif

/* The mean of ((x - center) / scale)^power over x[0], x[step], ...; power is 1 to 4. */
static inline float mote_moment(const float *x, int32_t count, int32_t step, float center, float scale,
                                int power) {
  float sum = 0;
  int32_t i = 0;
  while (i < count) {
    const int32_t end = count - i > MOTE_STRETCH ? i + MOTE_STRETCH : count;
    float part = 0;
    MOTE_UNROLLED
    for (; i < end; ++i) {
      const float d = (x[i * step] - center) / scale, square = d * d;
      part += power == 1 ? d : power == 2 ? square : power == 3 ? square * d : square * square;
    }
    sum += part;
  }
  return sum / (float)count;
}

typedef struct {
  float least, most, range;
  float mean;     /* exactly the value of what does not vary */
  float variance; /* of (x - mean) / range: in no unit beyond the floats; 0 of what does not vary */
} mote_spread;

/* All but the variance, which stays 0. */
static inline mote_spread mote_center_of(const float *x, int32_t count, int32_t step) {
  mote_spread s;
  int32_t i;
  s.least = s.most = s.mean = x[0];
  s.variance = 0;
  MOTE_UNROLLED
  for (i = 1; i < count; ++i) {
    const float v = x[i * step];
    if (v < s.least) s.least = v;
    if (v > s.most) s.most = v;
  }
  s.range = s.most - s.least;
  if (s.least < s.most) s.mean = x[0] + s.range * mote_moment(x, count, step, x[0], s.range, 1);
  return s;
}

static inline mote_spread mote_spread_of(const float *x, int32_t count, int32_t step) {
  mote_spread s = mote_center_of(x, count, step);
  if (s.least < s.most) s.variance = mote_moment(x, count, step, s.mean, s.range, 2);
  return s;
}

#endif
