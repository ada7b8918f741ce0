/* Sums and sums of squares are exact, so the deviation needs no second pass. Third and fourth powers are of
 * deviations of 10 bits: the largest of a channel has all of them. */
#include "mote_fixed_statistics.h"

enum {
  MOTE_VALUE_BITS = 7,
  MOTE_SHAPE_BITS = 12,
  MOTE_SHARE_BITS = 20,
  MOTE_EXACT_BITS = 20, /* of a deviation, which is then cut to 10 */
  MOTE_CUT_BITS = 10
};

typedef struct {
  int32_t sum, least, most;
  uint64_t squares, spread; /* spread: rows^2 times the variance */
} mote_sums_s16;

static MOTE_ALONE mote_sums_s16 mote_sums_of(const int16_t *x, int32_t rows, int32_t step) {
  mote_sums_s16 s;
  int32_t i, sum = 0, least = x[0], most = x[0];
  mote_sum_u64 squares = MOTE_NO_SUM;
  for (i = 0; i < rows; ++i, x += step) {
    const int32_t v = *x;
    sum += v;
    mote_add_u32(&squares, (uint32_t)(v * v));
    if (v < least) least = v;
    if (v > most) most = v;
  }
  s.sum = sum;
  s.least = least;
  s.most = most;
  s.squares = mote_total_of(&squares);
  s.spread = (uint64_t)rows * s.squares - (uint64_t)((int64_t)sum * sum);
  return s;
}

/* Changes between values below a level and others, for two levels. */
typedef struct {
  int32_t zero, mean;
} mote_changes;

static mote_changes mote_changes_of(const int16_t *x, int32_t rows, int32_t step, int32_t level) {
  mote_changes count;
  uint32_t below_zero = 0, below_mean = 0, first_zero, first_mean, zero = 0, mean = 0;
  int32_t i;
  first_zero = (uint32_t)(int32_t)*x >> 31; /* what lies in front is no change */
  first_mean = (uint32_t)(*x - level) >> 31;
  for (i = 0; i < rows; ++i, x += step) {
    const int32_t v = *x;
    zero += below_zero ^ ((uint32_t)v >> 31);
    mean += below_mean ^ ((uint32_t)(v - level) >> 31);
    below_zero = (uint32_t)v >> 31;
    below_mean = (uint32_t)(v - level) >> 31;
  }
  count.zero = (int32_t)(zero - first_zero);
  count.mean = (int32_t)(mean - first_mean);
  return count;
}

/* Roots of squares / rows and of spread / rows^2, in Q7, rounded. */
static int32_t mote_rms_of(uint64_t squares, int32_t rows) {
  return (int32_t)((mote_root_u64((squares << (2 * MOTE_VALUE_BITS + 2)) / (uint32_t)rows) + 1) >> 1);
}
static int32_t mote_deviation_of(uint64_t spread, int32_t rows) {
  const int32_t up = spread ? (64 - mote_bits_u64(spread)) / 2 : 0;
  const uint64_t root = (uint64_t)mote_root_u64(spread << (2 * up)) << (MOTE_VALUE_BITS + 1);
  return (int32_t)(((root >> up) / (uint32_t)rows + 1) >> 1);
}

/* spread / rows^2 * 2^bits */
static uint64_t mote_variance_of(uint64_t spread, int32_t rows, int32_t bits) {
  const int32_t room = 64 - mote_bits_u64(spread), up = room < bits ? room : bits;
  return (((spread << up) / (uint32_t)rows) << (bits - up)) / (uint32_t)rows;
}

/* Sums of deviations of 10 bits and of their powers, the fourth by 2^8 too small: x 2^up less center, cut. */
typedef struct {
  int32_t sum;
  int64_t cubes;
  uint64_t fourths;
} mote_powers_s16;

static MOTE_ALONE mote_powers_s16 mote_powers_of(const int16_t *x, int32_t rows, int32_t step, int32_t up,
                                                 uint32_t center) {
  mote_powers_s16 s;
  mote_sum_u64 cubes = MOTE_NO_SUM, fourths = MOTE_NO_SUM;
  int32_t i, sum = 0;
  for (i = rows; i > 0; --i, x += step) {
    const int32_t d = (int32_t)(((uint32_t)(int32_t)*x << up) - center) >> MOTE_CUT_BITS, square = d * d;
    const uint32_t part = (uint32_t)(square + 8) >> 4;
    sum += d;
    mote_add_s32(&cubes, square * d);
    mote_add_u32(&fourths, part * part);
  }
  s.sum = sum;
  s.cubes = (int64_t)mote_total_of(&cubes);
  s.fourths = mote_total_of(&fourths);
  return s;
}

/* Skewness and kurtosis, of what varies. */
static int32_t *mote_shape_of(const mote_fixed_statistics_params *p, const int16_t *x, const mote_sums_s16 *s,
                              int32_t *y) {
  const int32_t rows = p->rows, range = s->most - s->least;
  /* a little room above the range, so that a deviation that is rounded has no eleventh bit */
  const int32_t bits = mote_bits_u32((uint32_t)range),
                limit = ((int32_t)1 << bits) - ((int32_t)1 << bits >> 6);
  const int32_t up = MOTE_EXACT_BITS - bits - (range >= limit);
  const int32_t center = mote_mean_of(s->sum - (int64_t)rows * s->least, rows, up);
  const mote_powers_s16 powers =
      mote_powers_of(x, rows, p->channels, up,
                     (uint32_t)center + ((uint32_t)s->least << up) - ((uint32_t)1 << (MOTE_CUT_BITS - 1)));
  const uint64_t fourths = powers.fourths;
  int64_t third, fourth, rest, rest_squared;
  uint64_t variance, cube;
  /* of such deviations, and to the power of 3/2, in Q16 */
  variance = mote_variance_of(s->spread, rows, 2 * (up - MOTE_CUT_BITS) + 16);
  cube = (variance * mote_root_u64(variance << 16)) >> 16;
  /* what the deviations were all rounded by is their mean, and goes out of their moments */
  rest = (int64_t)powers.sum * 65536 / rows;
  rest_squared = (rest * rest) >> 16;
  third = powers.cubes * 65536 / rows;
  fourth = (int64_t)((fourths << 14) / (uint32_t)rows) - ((4 * rest * (third >> 10)) >> 16) +
           ((6 * rest_squared * (int64_t)(variance >> 10)) >> 16); /* in Q6 */
  third -= ((3 * rest * (int64_t)(variance >> 6)) >> 10) + ((rest_squared * rest) >> 16);
  if (p->wanted & MOTE_STATISTIC_SKEWNESS) *y++ = mote_ratio(third, (int64_t)cube, MOTE_SHAPE_BITS);
  if (p->wanted & MOTE_STATISTIC_KURTOSIS)
    *y++ = mote_ratio(fourth > 0 ? fourth : 0, (int64_t)((variance >> 3) * (variance >> 3) >> 20),
                      MOTE_SHAPE_BITS) -
           3 * (1 << MOTE_SHAPE_BITS);
  return y;
}

static int32_t *mote_fixed_statistics_of(const mote_fixed_statistics_params *p, const int16_t *x,
                                         int32_t *y) {
  const int32_t rows = p->rows, step = p->channels, wanted = p->wanted;
  const mote_sums_s16 s = mote_sums_of(x, rows, step);
  const int32_t unit = 1 << MOTE_VALUE_BITS;
  if (wanted & MOTE_STATISTIC_MEAN) *y++ = mote_mean_of(s.sum, rows, MOTE_VALUE_BITS);
  if (wanted & MOTE_STATISTIC_DEVIATION) *y++ = mote_deviation_of(s.spread, rows);
  if (wanted & MOTE_STATISTIC_RMS) *y++ = mote_rms_of(s.squares, rows);
  if (wanted & MOTE_STATISTIC_MIN) *y++ = s.least * unit;
  if (wanted & MOTE_STATISTIC_MAX) *y++ = s.most * unit;
  if (wanted & MOTE_STATISTIC_RANGE) *y++ = (s.most - s.least) * unit;
  if (wanted & (MOTE_STATISTIC_SKEWNESS | MOTE_STATISTIC_KURTOSIS)) {
    if (s.least < s.most) {
      y = mote_shape_of(p, x, &s, y);
    } else {
      if (wanted & MOTE_STATISTIC_SKEWNESS) *y++ = 0;
      if (wanted & MOTE_STATISTIC_KURTOSIS) *y++ = -3 * (1 << MOTE_SHAPE_BITS);
    }
  }
  if (wanted & (MOTE_STATISTIC_ZERO_CROSSINGS | MOTE_STATISTIC_MEAN_CROSSINGS)) {
    const mote_changes changes =
        mote_changes_of(x, rows, step, (int32_t)-mote_floor_of(-(int64_t)s.sum, rows));
    if (wanted & MOTE_STATISTIC_ZERO_CROSSINGS) *y++ = mote_ratio(changes.zero, rows - 1, MOTE_SHARE_BITS);
    if (wanted & MOTE_STATISTIC_MEAN_CROSSINGS) *y++ = mote_ratio(changes.mean, rows - 1, MOTE_SHARE_BITS);
  }
  return y;
}

MOTE_SHARED void mote_fixed_statistics(const mote_fixed_statistics_params *p, const int16_t *x, int32_t *work,
                                       int32_t *y) {
  int32_t c;
  (void)work;
  for (c = 0; c < p->channels; ++c) y = mote_fixed_statistics_of(p, x + c, y);
}
