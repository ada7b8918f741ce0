/* Spectral features of Edge Impulse with wavelets, versions 3 and 4: per axis and part of the decomposition
 * (approximation, then details from the coarsest) entropy, crossings of zero and of the mean, percentiles and
 * moments. */
#ifndef MOTE_EDGE_IMPULSE_WAVELET_H
#define MOTE_EDGE_IMPULSE_WAVELET_H

#include "mote_edge_impulse_axis.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_EDGE_IMPULSE_WAVELET_FEATURES 14

typedef struct {
  int32_t rows, axes;
  float scale;
  int32_t thirds, tenths, sections;
  int32_t level, taps;
  const MOTE_FLASH float *decimate_3, *decimate_10, *filter;
  const MOTE_FLASH float *low, *high; /* the two filters, `taps` values each */
} mote_edge_impulse_wavelet_params;

/* work: 2 * rows + taps floats */
void mote_edge_impulse_wavelet(const mote_edge_impulse_wavelet_params *p, const float *x, float *work,
                               float *y);

#ifdef __cplusplus
}
#endif

#endif
