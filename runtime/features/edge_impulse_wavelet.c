/* Statistics of the parts that mote_half_band() leaves. */
#include "mote_edge_impulse_wavelet.h"

#include "mote_compensated.h"
#include "mote_edge_impulse_moments.h"
#include "mote_half_band.h"

static void mote_sort(float *x, int32_t n) {
  int32_t gap = 1, i, j;
  while (gap < n / 3) gap = 3 * gap + 1;
  for (; gap > 0; gap /= 3)
    for (i = gap; i < n; ++i) {
      const float value = x[i];
      for (j = i; j >= gap && x[j - gap] > value; j -= gap) x[j] = x[j - gap];
      x[j] = value;
    }
}

/* Of 100 bins from the lowest to the highest value, which belongs to the last one: where bin i begins. */
static float mote_bin_edge(float low, float high, int32_t i) {
  const mote_pair range = mote_two_sum(high, -low),
                  part = mote_multiply_pair(range, mote_pair_of((float)i, 0));
  return mote_add_float(mote_divide_pair(part, 100.0f), low).high;
}

static float mote_histogram_entropy(const float *x, int32_t n) {
  int32_t bins[100], i;
  float low = x[0], high = x[0], per_value, sum = 0;
  for (i = 0; i < 100; ++i) bins[i] = 0;
  for (i = 1; i < n; ++i) {
    if (x[i] < low) low = x[i];
    if (x[i] > high) high = x[i];
  }
  if (!(low < high)) return 0;
  per_value = 100.0f / (high - low);
  for (i = 0; i < n; ++i) {
    const float at = (x[i] - low) * per_value;
    int32_t bin = at < 100.0f ? (int32_t)at : 99;
    if (x[i] < mote_bin_edge(low, high, bin))
      --bin;
    else if (bin < 99 && x[i] >= mote_bin_edge(low, high, bin + 1))
      ++bin;
    ++bins[bin];
  }
  for (i = 0; i < 100; ++i) {
    const float share = (float)bins[i] / (float)n;
    if (bins[i] > 0) sum -= share * mote_log(share);
  }
  return sum;
}

static float mote_crossings(const float *x, int32_t n, float level) {
  int32_t count = 0, i;
  for (i = 1; i < n; ++i) count += (x[i - 1] > level) != (x[i] > level);
  return (float)count / (float)n;
}

/* Sorts x. */
static void mote_part_features(float *x, int32_t n, float *y) {
  static const uint8_t percents[5] = {5, 25, 75, 95, 50};
  mote_moments m;
  int32_t i;
  *y++ = mote_histogram_entropy(x, n);
  *y++ = mote_crossings(x, n, 0);
  *y++ = mote_crossings(x, n, mote_plain_mean(x, n));
  mote_sort(x, n);
  for (i = 0; i < 5; ++i) *y++ = x[((n - 1) * percents[i] + 50) / 100];
  m = mote_plain_moments(x, n);
  *y++ = m.mean;
  *y++ = mote_sqrt(m.variance);
  *y++ = m.variance * (float)n / (float)(n - 1);
  *y++ = mote_sqrt(m.mean_square);
  *y++ = m.mean_square == 0 ? 0 : m.skewness;
  *y++ = m.mean_square == 0 ? 0 : m.kurtosis;
}

MOTE_SHARED void mote_edge_impulse_wavelet(const mote_edge_impulse_wavelet_params *p, const float *x,
                                           float *work, float *y) {
  const mote_edge_impulse_axis_params axis_of = {p->rows,        p->axes,     p->scale,
                                                 p->thirds,      p->tenths,   p->decimate_3,
                                                 p->decimate_10, p->sections, p->filter};
  float *half = work + p->rows;
  int32_t axis, level, n, i;
  for (axis = 0; axis < p->axes; ++axis) {
    n = mote_edge_impulse_axis(&axis_of, x, axis, work);
    for (level = 1; level <= p->level; ++level) {
      int32_t count = mote_half_band(work, n, p->high, p->taps, half);
      mote_part_features(half, count, y + (p->level + 1 - level) * MOTE_EDGE_IMPULSE_WAVELET_FEATURES);
      n = mote_half_band(work, n, p->low, p->taps, half);
      for (i = 0; i < n; ++i) work[i] = half[i];
    }
    mote_part_features(work, n, y);
    y += (p->level + 1) * MOTE_EDGE_IMPULSE_WAVELET_FEATURES;
  }
}
