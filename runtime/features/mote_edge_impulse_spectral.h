/* Spectral features of Edge Impulse, versions 2 to 4: per axis RMS, skewness, kurtosis, in version 4 those of
 * the spectrum, then powers of its bins; behind those of all axes, if wanted, the same of every tenth sample.
 */
#ifndef MOTE_EDGE_IMPULSE_SPECTRAL_H
#define MOTE_EDGE_IMPULSE_SPECTRAL_H

#include "mote_edge_impulse_axis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t rows, axes;
  float scale;
  int32_t thirds, tenths, sections;
  int32_t fft_length, hop;
  int32_t takes_log, has_statistics; /* of the spectrum */
  int32_t first_bin, end_bin;
  int32_t has_low, first_low_bin, end_low_bin; /* of every tenth sample */
  const MOTE_FLASH float *decimate_3, *decimate_10, *filter, *quarter;
} mote_edge_impulse_spectral_params;

/* work: rows + fft_length + 2 + fft_length / 2 + 1 floats */
void mote_edge_impulse_spectral(const mote_edge_impulse_spectral_params *p, const float *x, float *work,
                                float *y);

#ifdef __cplusplus
}
#endif

#endif
