/* Power spectrum of each channel, and what it says. */
#ifndef MOTE_SPECTRAL_H
#define MOTE_SPECTRAL_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_SPECTRAL_POWER 1
#define MOTE_SPECTRAL_BANDS 2 /* sum of the powers from one bin to another, times bin_hz */
#define MOTE_SPECTRAL_PEAKS 4 /* Hz and power of the highest ones; 0, 0 where there is none */
#define MOTE_SPECTRAL_MOMENTS \
  8 /* Hz of centroid and spread, skewness, excess kurtosis; 0 0 0 -3 without power */
#define MOTE_SPECTRAL_ENTROPY 16 /* of the powers' shares, by that of equal ones; 0 without power */

typedef struct {
  int32_t rows, channels, wanted;
  int32_t fft;                /* as in mote_rfft_f32.h */
  int32_t frame, hop, frames; /* frame <= fft samples each */
  int32_t is_centered;        /* 1: of each frame the mean is taken off */
  float power_scale;          /* powers times this, but those of 0 Hz and of half the rate times its half */
  float bin_hz;
  int32_t takes_log;     /* 1: of powers and band energies the natural logarithm times log_gain */
  float log_gain, floor; /* smaller ones count as floor */
  int32_t peaks, bands;
  const MOTE_FLASH float *taper;       /* frame values; null: all 1 */
  const MOTE_FLASH float *quarter;     /* as in mote_rfft_f32.h */
  const MOTE_FLASH int16_t *band_bins; /* first bin and the one behind the last */
} mote_spectral_params;

/* x: [rows, channels]; y: of each channel the wanted ones in the order above. work: fft + 2 values and
 * fft / 2 + 1. */
void mote_spectral(const mote_spectral_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
