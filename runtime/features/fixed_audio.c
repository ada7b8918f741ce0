/* A frame's powers have 31 bits and one exponent; energies of filters have 64. Filters overlap by half and
 * are 1 together, so a power's share of one of two is what the other one leaves. */
#include "mote_fixed_audio.h"

#include "mote_rfft_s32.h"

/* Of a frame, whose energies are times 4^exponent. */
typedef struct {
  uint64_t least; /* is added to an energy */
  int32_t base;   /* and to its logarithm */
} mote_fixed_scale;

static mote_fixed_scale mote_fixed_scale_of(const mote_fixed_audio_params *p, int32_t exponent) {
  const int32_t shift = 2 * exponent - p->floor_exponent;
  mote_fixed_scale s;
  s.least = shift > 0 ? (uint64_t)p->floor >> (shift > 63 ? 63 : shift) : (uint64_t)p->floor << -shift;
  s.base = exponent * 131072 - p->level;
  return s;
}

static int32_t mote_fixed_level(const mote_fixed_scale *s, uint64_t energy, int32_t log_gain) {
  return mote_scaled(mote_log2_q16(energy + s->least) + s->base, log_gain);
}

/* The sum of powers, and half of that of powers times their slopes. */
typedef struct {
  uint64_t all, rising;
} mote_bin_sums;

#if MOTE_FIXED_IS_NARROW
/* one loop each, for eight registers */
static MOTE_ALONE uint64_t mote_bin_sum_of(const int32_t *power, const int32_t *end) {
  mote_sum_u64 sum = MOTE_NO_SUM;
  for (; power < end; ++power) mote_add_u32(&sum, (uint32_t)*power);
  return mote_total_of(&sum);
}
static MOTE_ALONE uint64_t mote_bin_rising_of(const int32_t *power, const int32_t *end,
                                              const MOTE_FLASH int16_t *slope) {
  mote_sum_u64 sum = MOTE_NO_SUM;
  for (; power < end; ++power) mote_add_u32(&sum, (uint32_t)mote_scaled(*power, *slope++));
  return mote_total_of(&sum);
}
static inline mote_bin_sums mote_bin_sums_of(const int32_t *power, const int32_t *end,
                                             const MOTE_FLASH int16_t *slope) {
  mote_bin_sums s;
  s.all = mote_bin_sum_of(power, end);
  s.rising = mote_bin_rising_of(power, end, slope);
  return s;
}
#else
static inline mote_bin_sums mote_bin_sums_of(const int32_t *power, const int32_t *end,
                                             const MOTE_FLASH int16_t *slope) {
  mote_bin_sums s = {0, 0};
  for (; power < end; ++power) {
    const int32_t v = *power;
    s.all += (uint32_t)v;
    s.rising += (uint32_t)mote_scaled(v, *slope++);
  }
  return s;
}
#endif

static void mote_fixed_filters(const mote_fixed_audio_params *p, const int32_t *power,
                               const mote_fixed_scale *scale, int32_t *levels) {
  const MOTE_FLASH int16_t *slope = p->slopes, *width = p->widths;
  uint64_t before = 0; /* half of what the rising side of a filter has */
  int32_t left;
  power += *width++;
  for (left = p->filters; left >= 0; --left) {
    const int32_t count = *width++;
    const mote_bin_sums s = mote_bin_sums_of(power, power + count, slope);
    if (left < p->filters)
      *levels++ = mote_fixed_level(scale, 2 * before + (s.all - 2 * s.rising), p->log_gain);
    before = s.rising;
    power += count;
    slope += count;
  }
}

static void mote_fixed_cepstrum(const mote_fixed_audio_params *p, const int32_t *levels, int32_t *y) {
  const MOTE_FLASH int16_t *cosine = p->dct;
  int32_t k, f;
  for (k = 0; k < p->coefficients; ++k, cosine += p->filters) {
    int32_t sum = 0;
    for (f = 0; f < p->filters; ++f) sum += mote_scaled(levels[f], cosine[f]);
    y[k] = mote_scaled(sum, p->height);
  }
}

MOTE_SHARED void mote_fixed_audio(const mote_fixed_audio_params *p, const int16_t *x, int32_t *work,
                                  int32_t *y) {
  const int32_t bins = p->fft / 2 + 1;
  mote_rfft_s32_params fft;
  int32_t t, k;
  fft.length = p->fft;
  fft.frame = p->frame;
  fft.shift = p->shift;
  fft.taper = p->taper;
  fft.turns = p->turns;
  for (t = 0; t < p->frames; ++t, x += p->step) {
    mote_frame_s16 frame;
    mote_fixed_scale scale;
    frame.x = x;
    frame.step = 1;
    frame.before = p->pre_emphasis;
    frame.first = t > 0 ? x[-1] : 0;
    frame.mean = 0;
    scale = mote_fixed_scale_of(p, mote_power_spectrum_s32(&fft, &frame, work));
    if (p->filters == 0) {
      for (k = 0; k < bins; ++k) *y++ = mote_fixed_level(&scale, (uint32_t)work[k], p->log_gain);
    } else if (p->coefficients == 0) {
      mote_fixed_filters(p, work, &scale, y);
      y += p->filters;
    } else {
      mote_fixed_filters(p, work, &scale, work + bins);
      mote_fixed_cepstrum(p, work + bins, y);
      y += p->coefficients;
    }
  }
}
