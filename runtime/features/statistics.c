/* Moments around the mean, in a second pass, as a sum of squares would lose what lies behind a large mean.
 * Sums are of stretches of 64 rows, so that long windows lose nothing either. */
#include "mote_statistics.h"

#define MOTE_STRETCH 64

/* The mean of ((x - center) / scale)^power. */
static float mote_moment(const float *x, int32_t rows, int32_t step, float center, float scale, int power) {
  float sum = 0;
  int32_t i = 0;
  while (i < rows) {
    const int32_t end = rows - i > MOTE_STRETCH ? i + MOTE_STRETCH : rows;
    float part = 0;
    for (; i < end; ++i) {
      const float d = (x[i * step] - center) / scale, square = d * d;
      part += power == 1 ? d : power == 2 ? square : power == 3 ? square * d : square * square;
    }
    sum += part;
  }
  return sum / (float)rows;
}

static float mote_larger(float a, float b) { return a > b ? a : b; }

static float mote_crossings(const float *x, int32_t rows, int32_t step, float level) {
  int32_t i, count = 0;
  for (i = 1; i < rows; ++i) count += (x[(i - 1) * step] < level) != (x[i * step] < level);
  return (float)count / (float)(rows - 1);
}

static float *mote_statistics_of(const mote_statistics_params *p, const float *x, float *y) {
  const int32_t rows = p->rows, step = p->channels, wanted = p->wanted;
  float least = x[0], most = x[0], largest, range, mean, variance, deviation;
  int32_t i;
  int varies;
  for (i = 1; i < rows; ++i) {
    const float v = x[i * step];
    if (v < least) least = v;
    if (v > most) most = v;
  }
  varies = least < most;
  largest = mote_larger(-least, most);
  range = most - least;
  /* by what is as large as the values, so that in no unit a square is beyond the floats; around a value of
   * the window first: a channel that does not vary has exactly its value as mean */
  mean = varies ? x[0] + range * mote_moment(x, rows, step, x[0], range, 1) : x[0];
  variance = varies ? mote_moment(x, rows, step, mean, range, 2) : 0;
  deviation = mote_sqrt(variance);
  if (wanted & MOTE_STATISTIC_MEAN) *y++ = mean;
  if (wanted & MOTE_STATISTIC_DEVIATION) *y++ = range * deviation;
  if (wanted & MOTE_STATISTIC_RMS)
    *y++ = largest > 0 ? largest * mote_sqrt(mote_moment(x, rows, step, 0, largest, 2)) : 0;
  if (wanted & MOTE_STATISTIC_MIN) *y++ = least;
  if (wanted & MOTE_STATISTIC_MAX) *y++ = most;
  if (wanted & MOTE_STATISTIC_RANGE) *y++ = range;
  if (wanted & MOTE_STATISTIC_SKEWNESS)
    *y++ = variance > 0 ? mote_moment(x, rows, step, mean, range, 3) / variance / deviation : 0;
  if (wanted & MOTE_STATISTIC_KURTOSIS)
    *y++ = (variance > 0 ? mote_moment(x, rows, step, mean, range, 4) / variance / variance : 0) - 3;
  if (wanted & MOTE_STATISTIC_ZERO_CROSSINGS) *y++ = mote_crossings(x, rows, step, 0);
  if (wanted & MOTE_STATISTIC_MEAN_CROSSINGS) *y++ = mote_crossings(x, rows, step, mean);
  return y;
}

MOTE_SHARED void mote_statistics(const mote_statistics_params *p, const float *x, float *work, float *y) {
  int32_t c;
  (void)work;
  for (c = 0; c < p->channels; ++c) y = mote_statistics_of(p, x + c, y);
}
