/* Fourier transform of real samples in integers. */
#ifndef MOTE_RFFT_S32_H
#define MOTE_RFFT_S32_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t length;                  /* of the transform: a power of two from 4 to 32768 */
  int32_t frame;                   /* samples, at most as many; zeros behind them */
  int32_t shift;                   /* of a sample times the taper, to the right: 2 to 18 */
  const MOTE_FLASH int16_t *taper; /* frame values in Q15 */
  const MOTE_FLASH int16_t *turns; /* cosine, sine of 2 pi k / length in Q15, k from 0 to 3 length / 4 */
} mote_rfft_s32_params;

/* Sample i of a frame is x[i * step] less before / 2^15 times the sample in front of it, which is `first` for
 * the first one, and less mean / 2^15. One of `before` and `mean` is 0. */
typedef struct {
  const int16_t *x;
  int32_t step, before, first, mean;
} mote_frame_s16;

/* z: length + 2 values, which become powers below 2^31, for k from 0 to length / 2 those of the real and of
 * the imaginary part, (2 Re X[k])^2 / 4^exponent and (2 Im X[k])^2 / 4^exponent, each rounded, X[k] = sum
 * over i of v[i] exp(-2 pi j i k / length), v the tapered samples / 2^shift. Returns the exponent, 0 to 15:
 * the largest part of X has 15 bits of it. `shift` is at least such that |2 X| < 2^30 whatever the samples
 * are: 2 + log2 length serves any taper, 3 + log2 length also where something is taken off. */
int32_t mote_power_spectrum_s32(const mote_rfft_s32_params *p, const mote_frame_s16 *frame, int32_t *z);

#ifdef __cplusplus
}
#endif

#endif
