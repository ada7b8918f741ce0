/* Mel filter bank energies of Edge Impulse, versions 3 and 4: decibels between a noise floor and 12 dB as 256
 * steps from 0 to 1. */
#ifndef MOTE_EDGE_IMPULSE_MFE_H
#define MOTE_EDGE_IMPULSE_MFE_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t samples, frames, stride, length, fft_length, filters;
  float floor, gain; /* dB, 1 / dB */
  const MOTE_FLASH float *quarter;
  const MOTE_FLASH int16_t *mel_bins;
  const MOTE_FLASH float *mel_weights;
} mote_edge_impulse_mfe_params;

/* work: fft_length + 2 floats; y: [frames, filters] */
void mote_edge_impulse_mfe(const mote_edge_impulse_mfe_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
