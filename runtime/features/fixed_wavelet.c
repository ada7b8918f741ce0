/* Details are of high frequencies, the approximation is what is filtered again. Beyond its ends a signal is
 * mirrored, as in half_band.c. Energies are of coefficients of 24 bits. */
#include "mote_fixed_wavelet.h"

enum { MOTE_ENERGY_DOWN = 7, MOTE_PART_BITS = 20, MOTE_TOTAL_OF_PARTS_BITS = 30 };

static int32_t mote_half_band_s32(const int32_t *x, int32_t n, const MOTE_FLASH int16_t *filter, int32_t taps,
                                  int32_t *y) {
  const int32_t count = (n + taps - 1) / 2;
  int32_t i, k;
  for (i = 0; i < count; ++i) {
    const int32_t last = 2 * i + 1, beyond = last < n ? 0 : last - n + 1; /* taps behind the end */
    int32_t sum = 0;
    for (k = beyond - 1; k >= 0; --k) sum += mote_scaled(x[2 * n - 1 - last + k], filter[k]);
    for (k = beyond; k < taps; ++k) sum += mote_scaled(x[last >= k ? last - k : k - last - 1], filter[k]);
    y[i] = 2 * sum;
  }
  return count;
}

static uint64_t mote_part_energy(const int32_t *x, int32_t n) {
  uint64_t sum = 0;
  int32_t i;
  for (i = 0; i < n; ++i) {
    const int32_t v = x[i] >> MOTE_ENERGY_DOWN;
    sum += (uint64_t)((int64_t)v * v);
  }
  return sum;
}

static int32_t mote_part_level(const mote_fixed_wavelet_params *p, uint64_t energy, int32_t level) {
  const int32_t log = energy ? mote_log2_q16(energy) + level : p->floor;
  return mote_scaled(log > p->floor ? log : p->floor, p->log_gain);
}

/* Of shares of a sum of 30 bits. */
static int32_t mote_part_entropy(const mote_fixed_wavelet_params *p, const uint64_t *energy, uint64_t total) {
  const int32_t above = mote_bits_u64(total) - MOTE_TOTAL_OF_PARTS_BITS, down = above > 0 ? above : 0;
  uint64_t sum = 0, all = 0;
  int32_t i, bits;
  for (i = 0; i <= p->level; ++i) {
    const uint64_t e = energy[i] >> down;
    all += e;
    sum += e * (uint32_t)mote_log2_q16(e);
  }
  if (all == 0) return 0;
  bits = mote_log2_q16(all) - (int32_t)(sum / all);
  return mote_scaled(bits > 0 ? bits : 0, p->entropy_gain);
}

MOTE_SHARED void mote_fixed_wavelet(const mote_fixed_wavelet_params *p, const int16_t *x, int32_t *work,
                                    int32_t *y) {
  uint64_t energy[MOTE_FIXED_WAVELET_MOST_LEVELS + 1], total;
  int32_t *const signal = work, *const half = work + p->rows;
  int32_t c, i, n, level;
  for (c = 0; c < p->channels; ++c) {
    n = p->rows;
    for (i = 0; i < n; ++i) signal[i] = x[i * p->channels + c] * ((int32_t)1 << p->up);
    for (level = p->level; level > 0; --level) {
      energy[level] = mote_part_energy(half, mote_half_band_s32(signal, n, p->high, p->taps, half));
      n = mote_half_band_s32(signal, n, p->low, p->taps, half);
      for (i = 0; i < n; ++i) signal[i] = half[i];
    }
    energy[0] = mote_part_energy(signal, n);
    for (i = 0, total = 0; i <= p->level; ++i) total += energy[i];
    if (p->wanted & MOTE_FIXED_WAVELET_ENERGIES)
      for (i = 0; i <= p->level; ++i) *y++ = mote_part_level(p, energy[i], p->levels[c]);
    if (p->wanted & MOTE_FIXED_WAVELET_RELATIVE)
      for (i = 0; i <= p->level; ++i)
        *y++ = total ? mote_ratio((int64_t)energy[i], (int64_t)total, MOTE_PART_BITS) : 0;
    if (p->wanted & MOTE_FIXED_WAVELET_ENTROPY) *y++ = mote_part_entropy(p, energy, total);
  }
}
