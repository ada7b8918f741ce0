/* Energies of the parts of a wavelet decomposition of each channel. */
#ifndef MOTE_WAVELET_H
#define MOTE_WAVELET_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_WAVELET_ENERGIES 1 /* the sum of the squares of a part's coefficients */
#define MOTE_WAVELET_RELATIVE 2 /* the same by their sum over all parts; 0 of silence */
#define MOTE_WAVELET_ENTROPY 4  /* of these shares, by that of equal ones; 0 of silence */

typedef struct {
  int32_t rows, channels, wanted;
  int32_t level, taps;
  int32_t takes_log; /* 1: energies are natural logarithms; smaller ones count as floor */
  float floor;
  const MOTE_FLASH float *low, *high; /* the two filters, `taps` values each */
} mote_wavelet_params;

/* x: [rows, channels]; y: of each channel the wanted ones in the order above, of each part: approximation,
 * then details from the coarsest. work: 3 * rows / 2 + taps + level + 1 values. */
void mote_wavelet(const mote_wavelet_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
