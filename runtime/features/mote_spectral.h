/* Power spectrum of each channel, and what it says. */
#ifndef MOTE_SPECTRAL_H
#define MOTE_SPECTRAL_H

#include "mote_features.h"
#include "mote_spectral_values.h"

#ifdef __cplusplus
extern "C" {
#endif

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
