#include "mote_edge_impulse_mfcc.h"

#include "mote_edge_impulse_cmvn.h"
#include "mote_edge_impulse_sound.h"

static inline float mote_log_of_energy(float energy) { return mote_log(energy == 0 ? 1e-10f : energy); }

static void mote_cepstra_of(const mote_edge_impulse_mfcc_params *p, const float *powers, float *logs,
                            float *y) {
  const MOTE_FLASH float *cosines = p->cosines;
  float energy = 0;
  int32_t c, k;
  mote_edge_impulse_mel(powers, p->filters, p->mel_bins, p->mel_weights, logs);
  for (k = 0; k < p->filters; ++k) logs[k] = mote_log_of_energy(logs[k]);
  for (c = 0; c < p->cepstra; ++c) {
    float sum = 0;
    for (k = 0; k < p->filters; ++k) sum += *cosines++ * logs[k];
    y[c] = sum;
  }
  for (k = 0; k <= p->fft_length / 2; ++k) energy += powers[k];
  y[0] = mote_log_of_energy(energy);
}

MOTE_SHARED void mote_edge_impulse_mfcc(const mote_edge_impulse_mfcc_params *p, const float *x, float *work,
                                        float *y) {
  const mote_edge_impulse_frame frame = {p->samples, p->length, p->fft_length, p->shift,
                                         1,          p->factor, p->quarter};
  int32_t i;
  for (i = 0; i < p->frames; ++i) {
    mote_edge_impulse_powers(&frame, x, i * p->stride, work);
    mote_cepstra_of(p, work, work + p->fft_length + 2, y + i * p->cepstra);
  }
  if (p->around > 0) mote_edge_impulse_cmvn(y, p->frames, p->cepstra, p->around, 1, work);
}
