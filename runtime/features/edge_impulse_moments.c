/* The order of plain sums is that of numpy's add.reduce for float32 (numpy 1.9 to 1.26): eight sums in turn,
 * joined in pairs, over at most 128 values; more of them are halved. */
#include "mote_edge_impulse_moments.h"

#include "mote_compensated.h"

/* (x - mean)^power, multiplied as scipy.stats does */
static inline float mote_deviation_power(float x, float mean, int power) {
  const float d = x - mean, square = d * d;
  return power == 1 ? d : power == 2 ? square : power == 3 ? square * d : square * square;
}

static float mote_sum_of_block(const float *x, int32_t n, float mean, int power) {
  float r[8], sum = 0;
  int32_t i = 0, j;
  if (n >= 8) {
    for (j = 0; j < 8; ++j) r[j] = mote_deviation_power(x[j], mean, power);
    for (i = 8; i < n - n % 8; i += 8)
      for (j = 0; j < 8; ++j) r[j] += mote_deviation_power(x[i + j], mean, power);
    sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  }
  for (; i < n; ++i) sum += mote_deviation_power(x[i], mean, power);
  return sum;
}

/* Halves 2^depth blocks deep, without recursion: `waiting` holds what is right of the block at hand. */
static float mote_sum_of_powers(const float *x, int32_t n, float mean, int power) {
  float left[24]; /* sums of left halves, outermost first */
  int32_t right[24], is_left[24], depth = 0;
  for (;;) {
    float sum;
    while (n > 128) {
      const int32_t half = n / 2 - n / 2 % 8;
      right[depth] = n - half;
      is_left[depth] = 1;
      n = half;
      ++depth;
    }
    sum = mote_sum_of_block(x, n, mean, power);
    x += n;
    while (depth > 0 && !is_left[depth - 1]) {
      --depth;
      sum = left[depth] + sum;
    }
    if (depth == 0) return sum;
    left[depth - 1] = sum;
    is_left[depth - 1] = 0;
    n = right[depth - 1];
  }
}

static mote_moments mote_unvarying(float mean) {
  mote_moments m;
  m.mean = mean;
  m.mean_square = mean * mean;
  m.variance = 0;
  m.skewness = 0;
  m.kurtosis = -3;
  return m;
}

MOTE_SHARED float mote_plain_mean(const float *x, int32_t n) {
  return mote_sum_of_powers(x, n, 0, 1) / (float)n;
}

MOTE_SHARED mote_moments mote_plain_moments(const float *x, int32_t n) {
  const float count = (float)n, mean = mote_plain_mean(x, n);
  const float second = mote_sum_of_powers(x, n, mean, 2) / count, noise = 1e-6f * mean;
  mote_moments m = mote_unvarying(mean);
  m.mean_square = mote_sum_of_powers(x, n, 0, 2) / count;
  m.variance = second;
  if (second <= noise * noise) return m;
  m.skewness = mote_sum_of_powers(x, n, mean, 3) / count / second / mote_sqrt(second);
  m.kurtosis = mote_sum_of_powers(x, n, mean, 4) / count / second / second - 3.0f;
  return m;
}

static inline float mote_magnitude(float x) { return x < 0 ? -x : x; }

MOTE_SHARED mote_moments mote_precise_moments(const float *x, int32_t stride, int32_t n) {
  const float count = (float)n;
  mote_pair mean = {0, 0}, power[3] = {{0, 0}, {0, 0}, {0, 0}};
  float largest = 0, second;
  mote_moments m;
  int32_t i;
  for (i = 0; i < n; ++i) mean = mote_add_float(mean, x[i * stride]);
  mean = mote_divide_pair(mean, count);
  m = mote_unvarying(mean.high);
  for (i = 0; i < n; ++i) {
    const float d = mote_magnitude((x[i * stride] - mean.high) - mean.low);
    if (d > largest) largest = d;
  }
  if (!(largest > 0)) return m;
  for (i = 0; i < n; ++i) { /* deviations in parts of the largest, so that no power is too small or large */
    const float d = ((x[i * stride] - mean.high) - mean.low) / largest, square = d * d;
    power[0] = mote_add_float(power[0], square);
    power[1] = mote_add_float(power[1], square * d);
    power[2] = mote_add_float(power[2], square * square);
  }
  second = power[0].high / count;
  m.variance = second * largest * largest;
  m.mean_square = mean.high * mean.high + m.variance;
  m.skewness = power[1].high / count / second / mote_sqrt(second);
  m.kurtosis = power[2].high / count / second / second - 3.0f;
  return m;
}
