/* Powers are means over frames that overlap (Welch 1967). */
#include "mote_spectral.h"

#include "mote_next_peak.h"
#include "mote_rfft_f32.h"
#include "mote_stretches.h"

static void mote_spectral_frame(const mote_spectral_params *p, const float *x, float *frame) {
  const float mean = p->is_centered ? mote_center_of(x, p->frame, p->channels).mean : 0;
  int32_t i;
  if (p->taper) {
    const MOTE_FLASH float *const taper = p->taper;
    const int32_t count = p->frame, step = p->channels;
    MOTE_UNROLLED
    for (i = 0; i < count; ++i, x += step) frame[i] = (*x - mean) * taper[i];
  } else {
    for (i = 0; i < p->frame; ++i) frame[i] = x[i * p->channels] - mean;
  }
  for (i = p->frame; i < p->fft; ++i) frame[i] = 0;
  mote_power_spectrum_f32(frame, p->fft, p->quarter);
}

static void mote_spectral_powers(const mote_spectral_params *p, const float *x, float *frame, float *power) {
  const int32_t last = p->fft / 2;
  int32_t t, k;
  for (k = 0; k <= last; ++k) power[k] = 0;
  for (t = 0; t < p->frames; ++t) {
    mote_spectral_frame(p, x + t * p->hop * p->channels, frame);
    MOTE_UNROLLED
    for (k = 0; k <= last; ++k) power[k] += frame[k];
  }
  for (k = 0; k <= last; ++k) power[k] *= k == 0 || k == last ? 0.5f * p->power_scale : p->power_scale;
}

static float mote_spectral_level(const mote_spectral_params *p, float power) {
  if (!p->takes_log) return power;
  return mote_log(power > p->floor ? power : p->floor) * p->log_gain;
}

static float *mote_spectral_bands(const mote_spectral_params *p, const float *power, float *y) {
  int32_t band, k;
  for (band = 0; band < p->bands; ++band) {
    float sum = 0;
    for (k = p->band_bins[2 * band]; k < p->band_bins[2 * band + 1]; ++k) sum += power[k];
    *y++ = mote_spectral_level(p, sum * p->bin_hz);
  }
  return y;
}

MOTE_NEXT_PEAK(mote_spectral_next, float)

/* Between bins: where the parabola through a peak and its neighbours is highest. */
static float *mote_spectral_peaks(const mote_spectral_params *p, const float *power, float *y) {
  int32_t i, k = 0;
  for (i = 0; i < p->peaks; ++i) {
    if (i == 0 || k > 0) k = mote_spectral_next(power, p->fft / 2, k);
    if (k > 0) {
      const float left = power[k - 1], right = power[k + 1], middle = power[k];
      const float away = 0.5f * ((left - right) / ((left - middle) + (right - middle)));
      *y++ = ((float)k + away) * p->bin_hz;
      *y++ = mote_spectral_level(p, middle - 0.25f * ((left - right) * away));
    } else {
      *y++ = 0;
      *y++ = 0;
    }
  }
  return y;
}

/* The mean of ((k - center) / scale)^power over the shares of the bins, in sums of stretches. */
static float mote_spectral_moment(const float *power, int32_t bins, float total, float center, float scale,
                                  int degree) {
  float sum = 0;
  int32_t k = 0;
  while (k < bins) {
    const int32_t end = bins - k > MOTE_STRETCH ? k + MOTE_STRETCH : bins;
    float part = 0;
    for (; k < end; ++k) {
      const float share = power[k] / total, d = ((float)k - center) / scale, square = d * d;
      part += share * (degree == 0   ? 1.0f
                       : degree == 1 ? d
                       : degree == 2 ? square
                       : degree == 3 ? square * d
                                     : square * square);
    }
    sum += part;
  }
  return sum;
}

static float mote_spectral_total(const float *power, int32_t bins) {
  return mote_spectral_moment(power, bins, 1, 0, 1, 0);
}

static float *mote_spectral_moments(const mote_spectral_params *p, const float *power, float *y) {
  const int32_t bins = p->fft / 2 + 1;
  const float total = mote_spectral_total(power, bins), width = (float)(bins - 1);
  float centroid = 0, variance = 0, spread = 0, skewness = 0, kurtosis = 0;
  if (total > 0) {
    centroid = width * mote_spectral_moment(power, bins, total, 0, width, 1);
    variance = mote_spectral_moment(power, bins, total, centroid, width, 2);
    spread = mote_sqrt(variance);
  }
  if (variance > 0) {
    skewness = mote_spectral_moment(power, bins, total, centroid, width * spread, 3);
    kurtosis = mote_spectral_moment(power, bins, total, centroid, width * spread, 4);
  }
  *y++ = centroid * p->bin_hz;
  *y++ = width * spread * p->bin_hz;
  *y++ = skewness;
  *y++ = kurtosis - 3;
  return y;
}

static float mote_spectral_entropy(const float *power, int32_t bins) {
  const float total = mote_spectral_total(power, bins);
  float sum = 0;
  int32_t k;
  for (k = 0; total > 0 && k < bins; ++k) {
    const float share = power[k] / total;
    if (share > 0) sum -= share * mote_log(share);
  }
  return sum / mote_log((float)bins);
}

MOTE_SHARED void mote_spectral(const mote_spectral_params *p, const float *x, float *work, float *y) {
  const int32_t bins = p->fft / 2 + 1;
  float *power = work + p->fft + 2;
  int32_t c, k;
  for (c = 0; c < p->channels; ++c) {
    mote_spectral_powers(p, x + c, work, power);
    if (p->wanted & MOTE_SPECTRAL_POWER)
      for (k = 0; k < bins; ++k) *y++ = mote_spectral_level(p, power[k]);
    if (p->wanted & MOTE_SPECTRAL_BANDS) y = mote_spectral_bands(p, power, y);
    if (p->wanted & MOTE_SPECTRAL_PEAKS) y = mote_spectral_peaks(p, power, y);
    if (p->wanted & MOTE_SPECTRAL_MOMENTS) y = mote_spectral_moments(p, power, y);
    if (p->wanted & MOTE_SPECTRAL_ENTROPY) *y++ = mote_spectral_entropy(power, bins);
  }
}
