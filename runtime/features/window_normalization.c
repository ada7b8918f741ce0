/* Nothing is carried from one window to the next. */
#include "mote_window_normalization.h"

#include "mote_stretches.h"

static void mote_normalize_part(const mote_window_normalization_params *p, const float *x, int32_t count,
                                int32_t step, float *y) {
  const mote_spread s = mote_spread_of(x, count, step);
  float offset = s.mean, divisor = 1;
  int32_t i;
  if (p->method == MOTE_WINDOW_STANDARD) divisor = s.range * mote_sqrt(s.variance);
  if (p->method == MOTE_WINDOW_MINMAX) {
    offset = s.least;
    divisor = s.range;
  }
  if (p->method == MOTE_WINDOW_MAX_ABS) {
    offset = 0;
    divisor = -s.least > s.most ? -s.least : s.most;
  }
  if (divisor < p->epsilon) divisor = p->epsilon;
  for (i = 0; i < count; ++i) y[i * step] = divisor > 0 ? (x[i * step] - offset) / divisor : 0;
}

MOTE_SHARED void mote_window_normalization(const mote_window_normalization_params *p, const float *x,
                                           float *work, float *y) {
  int32_t c;
  (void)work;
  if (!p->is_per_axis)
    mote_normalize_part(p, x, p->rows * p->channels, 1, y);
  else
    for (c = 0; c < p->channels; ++c) mote_normalize_part(p, x + c, p->rows, p->channels, y + c);
}
