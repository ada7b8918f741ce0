/* Fourier transform of real samples. */
#ifndef MOTE_RFFT_F32_H
#define MOTE_RFFT_F32_H

#include "mote_features.h"

#ifdef __cplusplus
extern "C" {
#endif

/* x: n samples, n a power of two from 4 to 32768; afterwards, in place, the coefficients X[k] = sum over i of
 * x[i] exp(-2 pi j i k / n) as X[0], X[n/2], Re X[1], Im X[1], Re X[2], ... Table: cos(2 pi k / n) for k from
 * 0 to n / 4. */
void mote_rfft_f32(float *x, int32_t n, const MOTE_FLASH float *quarter);

/* The same, and of the result |X[k]|^2 for k from 0 to n / 2 in x; x has n + 2 values. */
void mote_power_spectrum_f32(float *x, int32_t n, const MOTE_FLASH float *quarter);

#ifdef __cplusplus
}
#endif

#endif
