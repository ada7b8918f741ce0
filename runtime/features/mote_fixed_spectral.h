/* Power spectrum of each channel, and what it says, in integers. */
#ifndef MOTE_FIXED_SPECTRAL_H
#define MOTE_FIXED_SPECTRAL_H

#include "mote_fixed.h"
#include "mote_spectral_values.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t channels, wanted;   /* as in mote_spectral.h */
  int32_t frame, hop, frames; /* frames: 1 to 32768 */
  int32_t fft, shift;         /* as in mote_rfft_s32.h */
  int32_t is_centered;        /* 1: of each frame the mean is taken off */
  int32_t log_gain;           /* a logarithm is log2 times this, in Q16 */
  int32_t floor;              /* smaller logarithms, log2 in Q16, count as this */
  int32_t hz,
      hz_shift; /* of a bin: Hz in the unit of the result are bins in Q16 times hz / 2^(hz_shift + 16) */
  int32_t entropy_gain; /* 1 / log2 of the number of bins, in Q15 */
  int32_t peaks, bands;
  const MOTE_FLASH int32_t *levels; /* of a power of 1 in each channel, and of a band's sum, as log2 in Q16 */
  const MOTE_FLASH int16_t *taper;  /* as in mote_rfft_s32.h */
  const MOTE_FLASH int16_t *turns;
  const MOTE_FLASH int16_t *band_bins; /* first bin and the one behind the last */
} mote_fixed_spectral_params;

/* x: [rows, channels]; y: of each channel the wanted ones in the order of mote_spectral.h: logarithms in the
 * unit that log_gain makes, Hz likewise, skewness and kurtosis in Q12, the entropy in Q15. work: fft + 2
 * values and fft / 2 + 1. */
void mote_fixed_spectral(const mote_fixed_spectral_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
