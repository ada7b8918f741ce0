/* The spectrum is, bin by bin, the largest |X|^2 / fft_length of frames without window function; the last
 * ones are filled up with zeros. */
#include "mote_edge_impulse_spectral.h"

#include "mote_edge_impulse_moments.h"
#include "mote_rfft_f32.h"

static void mote_max_hold(const mote_edge_impulse_spectral_params *p, const float *fx, int32_t n,
                          float *frame, float *powers) {
  const int32_t length = p->fft_length, bins = length / 2 + 1;
  const float scale = 1.0f / (float)length;
  int32_t start, i;
  for (i = 0; i < bins; ++i) powers[i] = 0;
  for (start = 0; start < n; start += p->hop) {
    for (i = 0; i < length; ++i) frame[i] = start + i < n ? fx[start + i] : 0;
    mote_power_spectrum_f32(frame, length, p->quarter);
    for (i = 0; i < bins; ++i)
      if (frame[i] * scale > powers[i]) powers[i] = frame[i] * scale;
  }
}

static float *mote_spectral_features(const mote_edge_impulse_spectral_params *p, float *fx, int32_t n,
                                     int32_t first, int32_t end, float *y) {
  const int32_t bins = p->fft_length / 2 + 1;
  float *frame = fx + p->rows, *powers = frame + p->fft_length + 2;
  mote_moments m = mote_plain_moments(fx, n);
  int32_t i;
  *y++ = mote_sqrt(m.mean_square);
  *y++ = m.skewness;
  *y++ = m.kurtosis;
  mote_max_hold(p, fx, n, frame, powers);
  if (p->has_statistics) {
    m = mote_precise_moments(powers, 1, bins);
    *y++ = m.skewness;
    *y++ = m.kurtosis;
  }
  for (i = first; i < end; ++i)
    *y++ = !p->takes_log ? powers[i] : powers[i] == 0 ? -10.0f : mote_log10(powers[i]);
  return y;
}

MOTE_SHARED void mote_edge_impulse_spectral(const mote_edge_impulse_spectral_params *p, const float *x,
                                            float *work, float *y) {
  const mote_edge_impulse_axis_params axis_of = {p->rows,        p->axes,     p->scale,
                                                 p->thirds,      p->tenths,   p->decimate_3,
                                                 p->decimate_10, p->sections, p->filter};
  const int32_t statistics = p->has_statistics ? 5 : 3;
  float *low = y + p->axes * (statistics + p->end_bin - p->first_bin);
  int32_t axis, n;
  for (axis = 0; axis < p->axes; ++axis) {
    n = mote_edge_impulse_axis(&axis_of, x, axis, work);
    y = mote_spectral_features(p, work, n, p->first_bin, p->end_bin, y);
    if (!p->has_low) continue;
    n = mote_edge_impulse_decimate(work, n, 10, p->decimate_10);
    mote_edge_impulse_center(work, n);
    low = mote_spectral_features(p, work, n, p->first_low_bin, p->end_low_bin, low);
  }
}
