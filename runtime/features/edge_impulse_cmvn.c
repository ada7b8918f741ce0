#include "mote_edge_impulse_cmvn.h"

#include "mote_compensated.h"

/* Where frame `at` of the mirrored frames is, -2 * frames <= at. */
static int32_t mote_mirrored(int32_t at, int32_t frames) {
  at = at < 0 ? at + 2 * frames : at;
  return at < frames ? at : 2 * frames - 1 - at;
}

static int32_t mote_first_around(int32_t i, int32_t frames, int32_t window) {
  int32_t first = (i - (window - 1) / 2) % (2 * frames);
  return first < 0 ? first + 2 * frames : first;
}

static float mote_mean_around(const float *x, int32_t frames, int32_t i, int32_t window) {
  mote_pair sum = {0, 0};
  int32_t at = mote_first_around(i, frames, window), k;
  for (k = 0; k < window; ++k) {
    sum = mote_add_float(sum, x[mote_mirrored(at, frames)]);
    if (++at == 2 * frames) at = 0;
  }
  return mote_divide_pair(sum, (float)window).high;
}

static float mote_deviation_around(const float *x, int32_t frames, int32_t i, int32_t window) {
  const float mean = mote_mean_around(x, frames, i, window);
  float squares = 0;
  int32_t at = mote_first_around(i, frames, window), k;
  for (k = 0; k < window; ++k) {
    const float d = x[mote_mirrored(at, frames)] - mean;
    squares += d * d;
    if (++at == 2 * frames) at = 0;
  }
  return mote_sqrt(squares / (float)window);
}

MOTE_SHARED void mote_edge_impulse_cmvn(float *y, int32_t frames, int32_t values, int32_t window,
                                        int by_deviation, float *work) {
  float *centered = work + frames;
  int32_t v, i;
  for (v = 0; v < values; ++v) {
    for (i = 0; i < frames; ++i) work[i] = y[i * values + v];
    for (i = 0; i < frames; ++i) centered[i] = work[i] - mote_mean_around(work, frames, i, window);
    for (i = 0; i < frames; ++i) {
      const float spread = by_deviation ? mote_deviation_around(centered, frames, i, window) + 1e-10f : 1.0f;
      y[i * values + v] = centered[i] / spread;
    }
  }
}
