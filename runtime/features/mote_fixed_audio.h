/* Frames of sound in integers: spectra, mel energies, cepstral coefficients. */
#ifndef MOTE_FIXED_AUDIO_H
#define MOTE_FIXED_AUDIO_H

#include "mote_fixed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int32_t frames, frame, step;      /* how many, of so many samples, from one to the next */
  int32_t fft, shift;               /* as in mote_rfft_s32.h */
  int32_t pre_emphasis;             /* times the sample before, in Q15; 0: none */
  int32_t filters;                  /* 0: every bin from 0 to fft / 2 */
  int32_t level;                    /* of an energy of 1, as log2 in Q16: taken off every logarithm */
  int32_t floor, floor_exponent;    /* floor 2^floor_exponent is added to each energy */
  int32_t log_gain;                 /* a logarithm is log2 times this, in Q16 */
  int32_t coefficients;             /* 0: without cosine transform */
  int32_t height;                   /* of the rows of the transform, in Q15 */
  const MOTE_FLASH int16_t *taper;  /* as in mote_rfft_s32.h */
  const MOTE_FLASH int16_t *turns;  /* likewise */
  const MOTE_FLASH int16_t *widths; /* bins in front of the first filter, then between corner and corner */
  const MOTE_FLASH int16_t *slopes; /* of each of these bins: weight in the filter that begins at the corner
                                       below it, in Q15; the rest is its weight in the one that ends above */
  const MOTE_FLASH int16_t *dct;    /* coefficients x filters, in Q15 */
} mote_fixed_audio_params;

/* x: samples. y: `frames` rows of as many values as coefficients, else filters, else bins. work: fft + 2 +
 * filters values. */
void mote_fixed_audio(const mote_fixed_audio_params *p, const int16_t *x, int32_t *work, int32_t *y);

#ifdef __cplusplus
}
#endif

#endif
