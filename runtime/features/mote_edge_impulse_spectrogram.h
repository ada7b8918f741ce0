/* Spectrogram of Edge Impulse, versions 3 and 4: decibels between a noise floor and 12 dB as 0 to 1. */
#ifndef MOTE_EDGE_IMPULSE_SPECTROGRAM_H
#define MOTE_EDGE_IMPULSE_SPECTROGRAM_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t samples, frames, stride, length, fft_length;
  int32_t is_limited; /* version 3: samples of int16 are scaled to 1, and no value is above 1 */
  float floor, gain;  /* dB, 1 / dB */
  const MOTE_FLASH float *quarter;
} mote_edge_impulse_spectrogram_params;

/* work: fft_length + 2 floats; y: [frames, fft_length / 2 + 1] */
void mote_edge_impulse_spectrogram(const mote_edge_impulse_spectrogram_params *p, const float *x, float *work,
                                   float *y);

#ifdef __cplusplus
}
#endif

#endif
