/* Only the first fft_length samples count. A peak is above both neighbours; one that is flat lies in its
 * middle, the later bin of two. */
#include "mote_edge_impulse_peaks.h"

#include "mote_edge_impulse_moments.h"
#include "mote_rfft_f32.h"

static void mote_power_of_first(const mote_edge_impulse_peaks_params *p, const float *fx, float offset,
                                float *frame) {
  int32_t i;
  for (i = 0; i < p->fft_length; ++i) frame[i] = i < p->rows ? fx[i] - offset : 0;
  mote_power_spectrum_f32(frame, p->fft_length, p->quarter);
}

static int mote_is_peak(const float *height, int32_t count, int32_t i) {
  int32_t first = i, last = i;
  while (first > 0 && height[first - 1] == height[i]) --first;
  while (last + 1 < count && height[last + 1] == height[i]) ++last;
  return first > 0 && last + 1 < count && height[first - 1] < height[i] && height[last + 1] < height[i] &&
         i == first + (last - first) / 2;
}

/* The highest peak that is lower than that at `before`, or as high and behind it; -1: there is none. */
static int32_t mote_next_peak(const float *height, int32_t count, int32_t before, float threshold) {
  int32_t best = -1, i;
  for (i = 1; i + 1 < count; ++i) {
    const int is_left =
        before < 0 || height[i] < height[before] || (height[i] == height[before] && i > before);
    if (is_left && !(height[i] < threshold) && (best < 0 || height[i] > height[best]) &&
        mote_is_peak(height, count, i))
      best = i;
  }
  return best;
}

static float *mote_highest_peaks(const mote_edge_impulse_peaks_params *p, float *frame, float *y) {
  const int32_t count = p->fft_length / 2;
  const float scale = 1.0f / (float)count;
  int32_t peak = -1, i;
  for (i = 0; i < count; ++i) frame[i] = mote_sqrt(frame[i]) * scale;
  for (i = 0; i < p->peaks; ++i) {
    if (i == 0 || peak >= 0) peak = mote_next_peak(frame, count, peak, p->threshold);
    *y++ = peak >= 0 ? (float)peak * p->bin_hz : 0;
    *y++ = peak >= 0 ? frame[peak] : 0;
  }
  return y;
}

static float *mote_band_powers(const mote_edge_impulse_peaks_params *p, const float *frame, float *y) {
  const int32_t last = p->fft_length / 2;
  int32_t band, i;
  for (band = 0; band < p->bands; ++band) {
    const int32_t first = p->band_bins[2 * band], end = p->band_bins[2 * band + 1];
    float sum = 0;
    for (i = first; i < end; ++i) sum += i == 0 || i == last ? frame[i] : 2.0f * frame[i];
    *y++ = end > first ? sum * p->density / (float)(end - first) : 0;
  }
  return y;
}

MOTE_SHARED void mote_edge_impulse_peaks(const mote_edge_impulse_peaks_params *p, const float *x, float *work,
                                         float *y) {
  const mote_edge_impulse_axis_params axis_of = {p->rows, p->axes, p->scale,    0,        0,
                                                 0,       0,       p->sections, p->filter};
  const int32_t length = p->rows < p->fft_length ? p->rows : p->fft_length;
  float *frame = work + p->rows;
  int32_t axis;
  for (axis = 0; axis < p->axes; ++axis) {
    mote_edge_impulse_axis(&axis_of, x, axis, work);
    *y++ = mote_sqrt(mote_plain_moments(work, p->rows).mean_square);
    mote_power_of_first(p, work, 0, frame);
    y = mote_highest_peaks(p, frame, y);
    mote_power_of_first(p, work, mote_plain_mean(work, length), frame);
    y = mote_band_powers(p, frame, y);
  }
}
