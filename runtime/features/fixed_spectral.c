/* Powers are means over frames that overlap (Welch 1967), summed with the exponent of the loudest one. What
 * they say of themselves is computed from their shares, of 30 bits in all. */
#include "mote_fixed_spectral.h"

#include "mote_next_peak.h"
#include "mote_rfft_s32.h"

enum { MOTE_MOMENT_BITS = 12, MOTE_TOTAL_BITS = 30 };

typedef struct {
  const mote_fixed_spectral_params *p;
  int32_t *power; /* below 2^31 */
  int32_t last;   /* bin of half the rate */
  int32_t level;  /* of a power of 1, as log2 in Q16 */
} mote_spectrum_s32;

static int32_t mote_mean_of_frame(const mote_fixed_spectral_params *p, const int16_t *x) {
  int64_t sum = 0;
  int32_t i;
  for (i = 0; i < p->frame; ++i) sum += x[i * p->channels];
  return mote_mean_of(sum, p->frame, 15);
}

/* By how many bits a frame's samples, less `mean` in Q15, could be larger. */
static int32_t mote_room_of(const mote_fixed_spectral_params *p, const int16_t *x, int32_t mean) {
  uint32_t seen = 0;
  int32_t i;
  for (i = 0; i < p->frame; ++i) {
    const int32_t v = x[i * p->channels] * (int32_t)32768 - mean;
    seen |= (uint32_t)(v ^ (v >> 31));
  }
  return (p->is_centered ? 31 : 30) - mote_bits_u32(seen);
}

/* Returns the exponent of the sums. */
static int32_t mote_fixed_powers(const mote_fixed_spectral_params *p, const int16_t *x, int32_t *work,
                                 int32_t *power) {
  const int32_t last = p->fft / 2, headroom = mote_bits_u32((uint32_t)p->frames - 1);
  mote_rfft_s32_params fft;
  mote_frame_s16 frame;
  int32_t t, k, exponent = -32;
  fft.length = p->fft;
  fft.frame = p->frame;
  fft.taper = p->taper;
  fft.turns = p->turns;
  frame.step = p->channels;
  frame.before = frame.first = frame.mean = 0;
  for (k = 0; k <= last; ++k) power[k] = 0;
  for (t = 0; t < p->frames; ++t, x += p->hop * p->channels) {
    int32_t own, more, less, room;
    frame.x = x;
    if (p->is_centered) frame.mean = mote_mean_of_frame(p, x);
    room = mote_room_of(p, x, frame.mean);
    if (room > p->shift - 2) room = p->shift - 2;
    fft.shift = p->shift - room;
    own = mote_power_spectrum_s32(&fft, &frame, work) - room;
    more = own > exponent ? 2 * (own - exponent) : 0;
    less = own < exponent ? 2 * (exponent - own) : 0;
    exponent += more / 2;
    if (more > 31) more = 31;
    if (less > 31) less = 31;
    for (k = 0; k <= last; ++k) power[k] = (power[k] >> more) + (work[k] >> headroom >> less);
  }
  power[0] >>= 1;
  power[last] >>= 1;
  return exponent;
}

static int32_t mote_spectral_log(const mote_spectrum_s32 *s, uint64_t power, int32_t level) {
  const int32_t log = power ? mote_log2_q16(power) + level : s->p->floor;
  return mote_scaled(log > s->p->floor ? log : s->p->floor, s->p->log_gain);
}

static int32_t mote_in_hz(const mote_fixed_spectral_params *p, int64_t bins_q16) {
  const int32_t shift = p->hz_shift + 16;
  return (int32_t)((bins_q16 * p->hz + ((int64_t)1 << (shift - 1))) >> shift);
}

MOTE_NEXT_PEAK(mote_spectral_next_s32, int32_t)

/* Between bins: where the parabola through a peak and its neighbours is highest. */
static int32_t *mote_fixed_peaks(const mote_spectrum_s32 *s, int32_t *y) {
  int32_t i, k = 0;
  for (i = 0; i < s->p->peaks; ++i) {
    if (i == 0 || k > 0) k = mote_spectral_next_s32(s->power, s->last, k);
    if (k > 0) {
      const int64_t left = s->power[k - 1], right = s->power[k + 1], middle = s->power[k];
      const int32_t away = mote_ratio(right - left, 2 * ((middle - left) + (middle - right)), 16);
      *y++ = mote_in_hz(s->p, (int64_t)k * 65536 + away);
      *y++ = mote_spectral_log(s, (uint64_t)(middle + (((right - left) * away) >> 18)), s->level);
    } else {
      *y++ = 0;
      *y++ = 0;
    }
  }
  return y;
}

static int32_t *mote_fixed_bands(const mote_spectrum_s32 *s, int32_t level, int32_t *y) {
  int32_t band, k;
  for (band = 0; band < s->p->bands; ++band) {
    uint64_t sum = 0;
    for (k = s->p->band_bins[2 * band]; k < s->p->band_bins[2 * band + 1]; ++k) sum += (uint32_t)s->power[k];
    *y++ = mote_spectral_log(s, sum, level);
  }
  return y;
}

/* Powers become shares of a sum below 2^30, which is returned. */
static uint64_t mote_shares(const mote_spectrum_s32 *s) {
  uint64_t sum = 0;
  int32_t k, down;
  for (k = 0; k <= s->last; ++k) sum += (uint32_t)s->power[k];
  down = mote_bits_u64(sum) - MOTE_TOTAL_BITS;
  if (down <= 0) return sum;
  for (k = 0, sum = 0; k <= s->last; ++k) sum += (uint32_t)(s->power[k] >>= down);
  return sum;
}

/* Bins are counted in Q`up`, so that the last one is 2^14. */
static int32_t *mote_fixed_moments(const mote_spectrum_s32 *s, uint64_t total, int32_t *y) {
  const int32_t up = 15 - mote_bits_u32((uint32_t)s->last);
  uint64_t first = 0, second = 0, fourth = 0, variance, spread, size;
  int64_t third = 0, centroid;
  int32_t k, center;
  if (total == 0) {
    y[0] = y[1] = y[2] = 0;
    y[3] = -3 * (1 << MOTE_MOMENT_BITS);
    return y + 4;
  }
  for (k = 0; k <= s->last; ++k) first += (uint64_t)k * (uint32_t)s->power[k];
  centroid = (int64_t)mote_quotient(first, total, 16);
  center = (int32_t)((centroid + ((int32_t)1 << (15 - up))) >> (16 - up));
  for (k = 0; k <= s->last; ++k) {
    const int32_t d = k * (1 << up) - center;
    const uint32_t square = (uint32_t)(d * d);
    const uint64_t weighed = (uint64_t)square * (uint32_t)s->power[k];
    second += weighed;
    third += (int64_t)(weighed >> 14) * d;
    fourth += (weighed >> 28) * square;
  }
  variance = mote_quotient(second, total, 16);   /* Q16 */
  spread = mote_root_u64(variance << 16);        /* Q16 */
  size = (uint64_t)(third < 0 ? -third : third); /* by 2^14 too small */
  *y++ = mote_in_hz(s->p, centroid);
  *y++ = mote_in_hz(s->p, (int64_t)(spread >> up));
  if (spread == 0) {
    *y++ = 0;
    *y++ = -3 * (1 << MOTE_MOMENT_BITS);
    return y;
  }
  size = mote_quotient(size, second, 30); /* by the variance, Q16 */
  k = mote_ratio((int64_t)size, (int64_t)spread, MOTE_MOMENT_BITS);
  *y++ = third < 0 ? -k : k;
  size = mote_quotient(fourth, second, 44); /* likewise; sums are by 2^28 too small */
  *y++ = mote_ratio((int64_t)size, (int64_t)variance, MOTE_MOMENT_BITS) - 3 * (1 << MOTE_MOMENT_BITS);
  return y;
}

static int32_t mote_fixed_entropy(const mote_spectrum_s32 *s, uint64_t total) {
  uint64_t sum = 0;
  int32_t k, bits;
  if (total == 0) return 0;
  for (k = 0; k <= s->last; ++k)
    sum += (uint64_t)(uint32_t)s->power[k] * (uint32_t)mote_log2_q16((uint32_t)s->power[k]);
  bits = mote_log2_q16(total) - (int32_t)(sum / total);
  return mote_scaled(bits > 0 ? bits : 0, s->p->entropy_gain);
}

MOTE_SHARED void mote_fixed_spectral(const mote_fixed_spectral_params *p, const int16_t *x, int32_t *work,
                                     int32_t *y) {
  const int32_t of_shares = MOTE_SPECTRAL_MOMENTS | MOTE_SPECTRAL_ENTROPY;
  mote_spectrum_s32 s;
  int32_t c, k;
  s.p = p;
  s.power = work + p->fft + 2;
  s.last = p->fft / 2;
  for (c = 0; c < p->channels; ++c) {
    const int32_t exponent = mote_fixed_powers(p, x + c, work, s.power) * 131072;
    uint64_t total = 0;
    s.level = p->levels[2 * c] + exponent;
    if (p->wanted & MOTE_SPECTRAL_POWER)
      for (k = 0; k <= s.last; ++k) *y++ = mote_spectral_log(&s, (uint32_t)s.power[k], s.level);
    if (p->wanted & MOTE_SPECTRAL_BANDS) y = mote_fixed_bands(&s, p->levels[2 * c + 1] + exponent, y);
    if (p->wanted & MOTE_SPECTRAL_PEAKS) y = mote_fixed_peaks(&s, y);
    if (p->wanted & of_shares) total = mote_shares(&s);
    if (p->wanted & MOTE_SPECTRAL_MOMENTS) y = mote_fixed_moments(&s, total, y);
    if (p->wanted & MOTE_SPECTRAL_ENTROPY) *y++ = mote_fixed_entropy(&s, total);
  }
}
