/* One step of a discrete wavelet transform of a signal that is mirrored at both ends, the last sample
 * included. */
#ifndef MOTE_HALF_BAND_H
#define MOTE_HALF_BAND_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every second value of x filtered; x has n values, at least as many as the filter. Returns their count,
 * (n + taps - 1) / 2. Products are added in the order of PyWavelets, as what a strong filter leaves of
 * details is their rounding. */
int32_t mote_half_band(const float *x, int32_t n, const MOTE_FLASH float *filter, int32_t taps, float *y);

#ifdef __cplusplus
}
#endif

#endif
