/* Moments around the mean, behind a pass for it, as a sum of squares would lose what lies behind a large
 * mean. A pass takes all that it can: the sums are those of mote_moment, one by one. */
#include "mote_statistics.h"

#include "mote_stretches.h"

/* Whether x < 0, in the uppermost bit: -0 is not. */
static inline uint32_t mote_below_zero(float x) { return mote_bits_of(x + 0.0f); }

typedef struct {
  float least, most;
  int32_t below_zero; /* changes between values below 0 and others */
} mote_extremes;

static mote_extremes mote_extremes_of(const float *x, int32_t rows, int32_t step) {
  float least = x[0], most = x[0];
  uint32_t count = 0, before = mote_below_zero(x[0]);
  mote_extremes e;
  int32_t left;
  MOTE_UNROLLED
  for (left = rows - 1; left > 0; --left) {
    const float v = *(x += step);
    const uint32_t now = mote_below_zero(v);
    count += (before ^ now) >> 31;
    before = now;
    if (v < least) least = v;
    if (v > most) most = v;
  }
  e.least = least;
  e.most = most;
  e.below_zero = (int32_t)count;
  return e;
}

typedef struct {
  float first, second; /* mote_moment(x, x[0], range, 1) and (x, 0, largest, 2) */
} mote_low_moments;

static mote_low_moments mote_low_moments_of(const float *x, int32_t rows, int32_t step, float range,
                                            float largest) {
  const float center = x[0];
  mote_low_moments m = {0, 0};
  int32_t left = rows;
  while (left > 0) {
    int32_t i = left > MOTE_STRETCH ? MOTE_STRETCH : left;
    float first = 0, second = 0;
    left -= i;
    MOTE_UNROLLED
    for (; i > 0; --i, x += step) {
      const float v = *x, part = v / largest;
      first += (v - center) / range;
      second += part * part;
    }
    m.first += first;
    m.second += second;
  }
  m.first /= (float)rows;
  m.second /= (float)rows;
  return m;
}

typedef struct {
  float second, third, fourth; /* mote_moment(x, mean, range, 2 to 4) */
  int32_t below_mean;          /* changes between values below the mean and others */
} mote_central_moments;

static mote_central_moments mote_central_moments_of(const float *x, int32_t rows, int32_t step, float mean,
                                                    float range) {
  mote_central_moments m = {0, 0, 0, 0};
  int32_t left = rows;
  uint32_t count = 0, before = mote_bits_of(x[0] - mean);
  while (left > 0) {
    int32_t i = left > MOTE_STRETCH ? MOTE_STRETCH : left;
    float second = 0, third = 0, fourth = 0;
    left -= i;
    MOTE_UNROLLED
    for (; i > 0; --i, x += step) {
      const float away = *x - mean, d = away / range, square = d * d;
      const uint32_t now = mote_bits_of(away); /* its sign: of what is no difference it is plus */
      count += (before ^ now) >> 31;
      before = now;
      second += square;
      third += square * d;
      fourth += square * square;
    }
    m.second += second;
    m.third += third;
    m.fourth += fourth;
  }
  m.second /= (float)rows;
  m.third /= (float)rows;
  m.fourth /= (float)rows;
  m.below_mean = (int32_t)count;
  return m;
}

static float *mote_statistics_of(const mote_statistics_params *p, const float *x, float *y) {
  const int32_t rows = p->rows, step = p->channels, wanted = p->wanted;
  const mote_extremes e = mote_extremes_of(x, rows, step);
  const float range = e.most - e.least, largest = -e.least > e.most ? -e.least : e.most;
  const mote_low_moments low =
      mote_low_moments_of(x, rows, step, range > 0 ? range : 1.0f, largest > 0 ? largest : 1.0f);
  const int varies = e.least < e.most;
  const float mean = varies ? x[0] + range * low.first : x[0];
  mote_central_moments m = {0, 0, 0, 0};
  float deviation;
  if (varies) m = mote_central_moments_of(x, rows, step, mean, range);
  deviation = mote_sqrt(m.second);
  if (wanted & MOTE_STATISTIC_MEAN) *y++ = mean;
  if (wanted & MOTE_STATISTIC_DEVIATION) *y++ = range * deviation;
  if (wanted & MOTE_STATISTIC_RMS) *y++ = largest > 0 ? largest * mote_sqrt(low.second) : 0;
  if (wanted & MOTE_STATISTIC_MIN) *y++ = e.least;
  if (wanted & MOTE_STATISTIC_MAX) *y++ = e.most;
  if (wanted & MOTE_STATISTIC_RANGE) *y++ = range;
  if (wanted & MOTE_STATISTIC_SKEWNESS) *y++ = m.second > 0 ? m.third / m.second / deviation : 0;
  if (wanted & MOTE_STATISTIC_KURTOSIS) *y++ = (m.second > 0 ? m.fourth / m.second / m.second : 0) - 3;
  if (wanted & MOTE_STATISTIC_ZERO_CROSSINGS) *y++ = (float)e.below_zero / (float)(rows - 1);
  if (wanted & MOTE_STATISTIC_MEAN_CROSSINGS) *y++ = (float)m.below_mean / (float)(rows - 1);
  return y;
}

MOTE_SHARED void mote_statistics(const mote_statistics_params *p, const float *x, float *work, float *y) {
  int32_t c;
  (void)work;
  for (c = 0; c < p->channels; ++c) y = mote_statistics_of(p, x + c, y);
}
