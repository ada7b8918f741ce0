/* Mel filter bank energies of Edge Impulse, versions 1 and 2: less the mean of the frames around, then from
 * the least to the largest of the window as 0 to 1. */
#ifndef MOTE_EDGE_IMPULSE_MFE_2_H
#define MOTE_EDGE_IMPULSE_MFE_2_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t samples, frames, stride, length, fft_length, filters;
  int32_t around; /* frames of the mean */
  const MOTE_FLASH float *quarter;
  const MOTE_FLASH int16_t *mel_bins;
  const MOTE_FLASH float *mel_weights;
} mote_edge_impulse_mfe_2_params;

/* work: fft_length + 2 or 2 * frames floats, whichever is more; y: [frames, filters] */
void mote_edge_impulse_mfe_2(const mote_edge_impulse_mfe_2_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
