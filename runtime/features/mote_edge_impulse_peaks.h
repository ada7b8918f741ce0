/* Spectral features of Edge Impulse, version 1: per axis RMS, the highest peaks of the spectrum (frequency
 * and height) and the mean power density of bands. */
#ifndef MOTE_EDGE_IMPULSE_PEAKS_H
#define MOTE_EDGE_IMPULSE_PEAKS_H

#include "mote_edge_impulse_axis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, axes;
  float scale;
  int32_t sections, fft_length, peaks, bands;
  float threshold, bin_hz; /* of peaks */
  float density;           /* |X|^2 to a tenth of power density */
  const MOTE_FLASH float *filter, *quarter;
  const MOTE_FLASH int32_t *band_bins; /* the first and the one behind the last of each band */
} mote_edge_impulse_peaks_params;

/* work: rows + fft_length + 2 floats */
void mote_edge_impulse_peaks(const mote_edge_impulse_peaks_params *p, const float *x, float *work, float *y);

#ifdef __cplusplus
}
#endif

#endif
