/* Mel cepstra of Edge Impulse: the first one is the logarithm of the frame's energy, the others are those of
 * the mel energies' logarithms. */
#ifndef MOTE_EDGE_IMPULSE_MFCC_H
#define MOTE_EDGE_IMPULSE_MFCC_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t samples, frames, stride, length, fft_length, filters, cepstra;
  int32_t shift; /* of the pre-emphasis */
  float factor;
  int32_t around; /* frames of the mean and deviation; 0: they stay */
  const MOTE_FLASH float *quarter;
  const MOTE_FLASH int16_t *mel_bins;
  const MOTE_FLASH float *mel_weights;
  const MOTE_FLASH float *cosines; /* [cepstra, filters] */
} mote_edge_impulse_mfcc_params;

/* work: fft_length + 2 + filters or 2 * frames floats, whichever is more; y: [frames, cepstra] */
void mote_edge_impulse_mfcc(const mote_edge_impulse_mfcc_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
