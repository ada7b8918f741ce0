/* Spectrogram of Edge Impulse, versions 1 and 2: powers from the least to the largest of the window as 0 to
 * 1. */
#ifndef MOTE_EDGE_IMPULSE_SPECTROGRAM_2_H
#define MOTE_EDGE_IMPULSE_SPECTROGRAM_2_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t samples, frames, stride, length, fft_length;
  const MOTE_FLASH float *quarter;
} mote_edge_impulse_spectrogram_2_params;

/* work: fft_length + 2 floats; y: [frames, fft_length / 2 + 1] */
void mote_edge_impulse_spectrogram_2(const mote_edge_impulse_spectrogram_2_params *p, const float *x,
                                     float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
