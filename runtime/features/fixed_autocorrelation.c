/* Biased: the sum over the rows that there are, by the one of lag 0. Samples less their mean are brought to
 * 15 bits, their products are exact. */
#include "mote_fixed_autocorrelation.h"

enum { MOTE_CORRELATION_BITS = 20, MOTE_DEVIATION_BITS = 15 };

static int64_t mote_lagged_sum_s32(const int32_t *d, int32_t count, int32_t lag) {
  mote_sum_u64 sum = MOTE_NO_SUM;
  int32_t i;
  for (i = 0; i < count; ++i) mote_add_s32(&sum, d[i] * d[i + lag]);
  return (int64_t)mote_total_of(&sum);
}

/* A peak is above the lag before it and at least as high as the next one, and above 0. */
static int32_t mote_first_peak_s32(const int32_t *r, int32_t lags) {
  int32_t i;
  for (i = 1; i + 1 < lags; ++i)
    if (r[i] > 0 && r[i] > r[i - 1] && r[i] >= r[i + 1]) return i + 1;
  return 0;
}

static void mote_deviations_s32(const int16_t *x, int32_t rows, int32_t step, int is_centered, int32_t *d) {
  int32_t i, sum = 0, least = x[0], most = x[0], bits, down, mean = 0;
  for (i = 0; i < rows; ++i) {
    const int32_t v = x[i * step];
    sum += v;
    if (v < least) least = v;
    if (v > most) most = v;
  }
  if (is_centered) {
    bits = mote_bits_u32((uint32_t)(most - least));
    mean = mote_mean_of(sum - (int64_t)rows * least, rows, MOTE_DEVIATION_BITS);
  } else {
    bits = mote_bits_u32((uint32_t)(-least > most ? -least : most));
    least = 0;
  }
  down = bits; /* a sample in Q15 has so many bits above 15 */
  for (i = 0; i < rows; ++i) {
    const int32_t away = (int32_t)((uint32_t)(x[i * step] - least) << MOTE_DEVIATION_BITS) - mean;
    const int32_t v = down > 0 ? (away >> (down - 1)) - (away >> down) : away; /* halves upwards */
    d[i] = v > 32767 ? 32767 : v;
  }
}

MOTE_SHARED void mote_fixed_autocorrelation(const mote_fixed_autocorrelation_params *p, const int16_t *x,
                                            int32_t *work, int32_t *y) {
  int32_t c, i;
  for (c = 0; c < p->channels; ++c) {
    int64_t power;
    mote_deviations_s32(x + c, p->rows, p->channels, p->is_centered, work);
    power = mote_lagged_sum_s32(work, p->rows, 0);
    for (i = 1; i <= p->lags; ++i)
      y[i - 1] =
          power > 0 ? mote_ratio(mote_lagged_sum_s32(work, p->rows - i, i), power, MOTE_CORRELATION_BITS) : 0;
    if (p->tells_peak) y[p->lags] = mote_first_peak_s32(y, p->lags);
    y += p->lags + p->tells_peak;
  }
}
