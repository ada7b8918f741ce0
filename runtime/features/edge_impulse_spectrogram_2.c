#include "mote_edge_impulse_spectrogram_2.h"

#include "mote_edge_impulse_sound.h"

MOTE_SHARED void mote_edge_impulse_spectrogram_2(const mote_edge_impulse_spectrogram_2_params *p,
                                                 const float *x, float *work, float *y) {
  const mote_edge_impulse_frame frame = {p->samples, p->length, p->fft_length, 0, 1, 0, p->quarter};
  const int32_t bins = p->fft_length / 2 + 1;
  float low, high;
  int32_t i, k;
  for (i = 0; i < p->frames; ++i) {
    mote_edge_impulse_powers(&frame, x, i * p->stride, work);
    for (k = 0; k < bins; ++k) y[i * bins + k] = work[k];
  }
  low = high = y[0];
  for (i = 1; i < p->frames * bins; ++i) {
    if (y[i] < low) low = y[i];
    if (y[i] > high) high = y[i];
  }
  for (i = 0; i < p->frames * bins; ++i) y[i] = high > low ? (y[i] - low) / (high - low) : 0;
}
