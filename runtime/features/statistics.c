/* Moments around the mean, in a second pass, as a sum of squares would lose what lies behind a large mean. */
#include "mote_statistics.h"

#include "mote_stretches.h"

static float mote_larger(float a, float b) { return a > b ? a : b; }

static float mote_crossings(const float *x, int32_t rows, int32_t step, float level) {
  int32_t i, count = 0;
  for (i = 1; i < rows; ++i) count += (x[(i - 1) * step] < level) != (x[i * step] < level);
  return (float)count / (float)(rows - 1);
}

static float *mote_statistics_of(const mote_statistics_params *p, const float *x, float *y) {
  const int32_t rows = p->rows, step = p->channels, wanted = p->wanted;
  const mote_spread s = mote_spread_of(x, rows, step);
  const float largest = mote_larger(-s.least, s.most), deviation = mote_sqrt(s.variance);
  if (wanted & MOTE_STATISTIC_MEAN) *y++ = s.mean;
  if (wanted & MOTE_STATISTIC_DEVIATION) *y++ = s.range * deviation;
  if (wanted & MOTE_STATISTIC_RMS)
    *y++ = largest > 0 ? largest * mote_sqrt(mote_moment(x, rows, step, 0, largest, 2)) : 0;
  if (wanted & MOTE_STATISTIC_MIN) *y++ = s.least;
  if (wanted & MOTE_STATISTIC_MAX) *y++ = s.most;
  if (wanted & MOTE_STATISTIC_RANGE) *y++ = s.range;
  if (wanted & MOTE_STATISTIC_SKEWNESS)
    *y++ = s.variance > 0 ? mote_moment(x, rows, step, s.mean, s.range, 3) / s.variance / deviation : 0;
  if (wanted & MOTE_STATISTIC_KURTOSIS)
    *y++ =
        (s.variance > 0 ? mote_moment(x, rows, step, s.mean, s.range, 4) / s.variance / s.variance : 0) - 3;
  if (wanted & MOTE_STATISTIC_ZERO_CROSSINGS) *y++ = mote_crossings(x, rows, step, 0);
  if (wanted & MOTE_STATISTIC_MEAN_CROSSINGS) *y++ = mote_crossings(x, rows, step, s.mean);
  return y;
}

MOTE_SHARED void mote_statistics(const mote_statistics_params *p, const float *x, float *work, float *y) {
  int32_t c;
  (void)work;
  for (c = 0; c < p->channels; ++c) y = mote_statistics_of(p, x + c, y);
}
