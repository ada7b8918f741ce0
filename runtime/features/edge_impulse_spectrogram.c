#include "mote_edge_impulse_spectrogram.h"

#include "mote_edge_impulse_sound.h"

static float mote_scale_of(const mote_edge_impulse_spectrogram_params *p, const float *x) {
  int32_t i;
  for (i = 0; p->is_limited && i < p->samples; ++i)
    if (x[i] < -1 || x[i] > 1) return 1.0f / 32768.0f;
  return 1;
}

MOTE_SHARED void mote_edge_impulse_spectrogram(const mote_edge_impulse_spectrogram_params *p, const float *x,
                                               float *work, float *y) {
  const mote_edge_impulse_frame frame = {p->samples,          p->length, p->fft_length, 0,
                                         mote_scale_of(p, x), 0,         p->quarter};
  const int32_t bins = p->fft_length / 2 + 1;
  int32_t i, k;
  for (i = 0; i < p->frames; ++i, y += bins) {
    mote_edge_impulse_powers(&frame, x, i * p->stride, work);
    for (k = 0; k < bins; ++k) {
      const float level = mote_edge_impulse_level(work[k], p->floor, p->gain);
      y[k] = p->is_limited && level > 1 ? 1 : level;
    }
  }
}
