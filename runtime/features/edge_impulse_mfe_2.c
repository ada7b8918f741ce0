#include "mote_edge_impulse_mfe_2.h"

#include "mote_edge_impulse_cmvn.h"
#include "mote_edge_impulse_sound.h"

MOTE_SHARED void mote_edge_impulse_mfe_2(const mote_edge_impulse_mfe_2_params *p, const float *x, float *work,
                                         float *y) {
  const mote_edge_impulse_frame frame = {p->samples, p->length, p->fft_length, 0, 1, 0, p->quarter};
  const int32_t count = p->frames * p->filters;
  float low, high;
  int32_t i;
  for (i = 0; i < p->frames; ++i) {
    mote_edge_impulse_powers(&frame, x, i * p->stride, work);
    mote_edge_impulse_mel(work, p->filters, p->mel_bins, p->mel_weights, y + i * p->filters);
  }
  for (i = 0; i < count; ++i)
    if (y[i] == 0) y[i] = 1e-10f;
  mote_edge_impulse_cmvn(y, p->frames, p->filters, p->around, 0, work);
  low = high = y[0];
  for (i = 1; i < count; ++i) {
    if (y[i] < low) low = y[i];
    if (y[i] > high) high = y[i];
  }
  if (low == 0 || high == 0) return;
  for (i = 0; i < count; ++i) y[i] = high > low ? (y[i] - low) / (high - low) : 0;
}
