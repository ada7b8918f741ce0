/* Frames of sound, their power spectra and mel energies, as Edge Impulse's blocks for sound have them. */
#ifndef MOTE_EDGE_IMPULSE_SOUND_H
#define MOTE_EDGE_IMPULSE_SOUND_H

#include "mote_rfft_f32.h"

typedef struct {
  int32_t samples, length, fft_length; /* of the window, a frame, its transform */
  int32_t shift; /* of the pre-emphasis x[i] - factor * x[i - shift], around the window's ends */
  float scale, factor;
  const MOTE_FLASH float *quarter;
} mote_edge_impulse_frame;

/* |X|^2 / fft_length of the frame that starts at `start` for bins 0 to fft_length / 2; work: fft_length + 2.
 */
static inline void mote_edge_impulse_powers(const mote_edge_impulse_frame *p, const float *x, int32_t start,
                                            float *work) {
  const float share = 1.0f / (float)p->fft_length;
  int32_t before = start - p->shift, i;
  while (before < 0) before += p->samples;
  for (i = 0; i < p->length; ++i) {
    const float emphasis = p->factor * (x[before] * p->scale);
    work[i] = x[start + i] * p->scale - emphasis;
    if (++before == p->samples) before = 0;
  }
  for (; i < p->fft_length; ++i) work[i] = 0;
  mote_power_spectrum_f32(work, p->fft_length, p->quarter);
  for (i = 0; i <= p->fft_length / 2; ++i) work[i] *= share;
}

/* bins: first and last but one of each filter; weights: those of all filters, one behind the other. */
static inline void mote_edge_impulse_mel(const float *powers, int32_t filters, const MOTE_FLASH int16_t *bins,
                                         const MOTE_FLASH float *weights, float *energies) {
  int32_t f, k;
  for (f = 0; f < filters; ++f) {
    float sum = 0;
    for (k = bins[2 * f]; k < bins[2 * f + 1]; ++k) sum += *weights++ * powers[k];
    energies[f] = sum;
  }
}

/* Decibels above `floor` as parts of those from there to 12 dB, not below 0. */
static inline float mote_edge_impulse_level(float power, float floor, float gain) {
  const float decibels = 10.0f * mote_log10(power > 1e-30f ? power : 1e-30f),
              level = (decibels - floor) * gain;
  return level > 0 ? level : 0;
}

#endif
