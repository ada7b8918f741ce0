/* Details are of high frequencies, the approximation is what is filtered again. */
#include "mote_wavelet.h"

#include "mote_half_band.h"
#include "mote_stretches.h"

static float mote_wavelet_energy(const float *x, int32_t n) {
  float sum = 0;
  int32_t i = 0;
  while (i < n) {
    const int32_t end = n - i > MOTE_STRETCH ? i + MOTE_STRETCH : n;
    float part = 0;
    for (; i < end; ++i) part += x[i] * x[i];
    sum += part;
  }
  return sum;
}

/* energy: level + 1 values */
static void mote_wavelet_energies(const mote_wavelet_params *p, float *signal, float *half, float *energy) {
  int32_t n = p->rows, level, i;
  for (level = p->level; level > 0; --level) {
    energy[level] = mote_wavelet_energy(half, mote_half_band(signal, n, p->high, p->taps, half));
    n = mote_half_band(signal, n, p->low, p->taps, half);
    for (i = 0; i < n; ++i) signal[i] = half[i];
  }
  energy[0] = mote_wavelet_energy(signal, n);
}

static float *mote_wavelet_shares(const mote_wavelet_params *p, const float *energy, float *y) {
  float total = 0, entropy = 0;
  int32_t i;
  for (i = 0; i <= p->level; ++i) total += energy[i];
  for (i = 0; i <= p->level; ++i) {
    const float share = total > 0 ? energy[i] / total : 0;
    if (p->wanted & MOTE_WAVELET_RELATIVE) *y++ = share;
    if (share > 0) entropy -= share * mote_log(share);
  }
  if (p->wanted & MOTE_WAVELET_ENTROPY) *y++ = entropy / mote_log((float)(p->level + 1));
  return y;
}

MOTE_SHARED void mote_wavelet(const mote_wavelet_params *p, const float *x, float *work, float *y) {
  float *energy = work, *signal = energy + p->level + 1, *half = signal + p->rows;
  int32_t c, i;
  for (c = 0; c < p->channels; ++c) {
    for (i = 0; i < p->rows; ++i) signal[i] = x[i * p->channels + c];
    mote_wavelet_energies(p, signal, half, energy);
    for (i = 0; (p->wanted & MOTE_WAVELET_ENERGIES) && i <= p->level; ++i)
      *y++ = !p->takes_log ? energy[i] : mote_log(energy[i] > p->floor ? energy[i] : p->floor);
    y = mote_wavelet_shares(p, energy, y);
  }
}
