#include "mote_edge_impulse_mfe.h"

#include "mote_edge_impulse_sound.h"

/* To 8 bits, halves to even. Full level, 256, becomes 0, as in the models that were trained with it. */
static float mote_in_8_bits(float level) {
  const float rounding = 12582912.0f; /* 1.5 * 2^23: behind it floats are integers */
  const float steps = (level * 256.0f + rounding) - rounding;
  return level >= 1.0f || steps >= 256.0f ? 0 : steps * 0.00390625f;
}

MOTE_SHARED void mote_edge_impulse_mfe(const mote_edge_impulse_mfe_params *p, const float *x, float *work,
                                       float *y) {
  const mote_edge_impulse_frame frame = {p->samples,      p->length, p->fft_length, 1,
                                         1.0f / 32768.0f, 0.98f,     p->quarter};
  int32_t i, f;
  for (i = 0; i < p->frames; ++i, y += p->filters) {
    mote_edge_impulse_powers(&frame, x, i * p->stride, work);
    mote_edge_impulse_mel(work, p->filters, p->mel_bins, p->mel_weights, y);
    for (f = 0; f < p->filters; ++f) y[f] = mote_in_8_bits(mote_edge_impulse_level(y[f], p->floor, p->gain));
  }
}
