/* The scale is applied to what is known of the axis, so that its rounding is not part of small deviations. */
#include "mote_edge_impulse_flatten.h"

#include "mote_edge_impulse_moments.h"

MOTE_SHARED void mote_edge_impulse_flatten(const mote_edge_impulse_flatten_params *p, const float *x,
                                           float *work, float *y) {
  const int is_turned = p->scale < 0;
  const float size = is_turned ? -p->scale : p->scale;
  int32_t axis, i;
  (void)work;
  for (axis = 0; axis < p->axes; ++axis) {
    const mote_moments m = mote_precise_moments(x + axis, p->axes, p->rows);
    float low = x[axis], high = x[axis];
    for (i = 1; i < p->rows; ++i) {
      const float value = x[i * p->axes + axis];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (p->average) *y++ = m.mean * p->scale;
    if (p->minimum) *y++ = (is_turned ? high : low) * p->scale;
    if (p->maximum) *y++ = (is_turned ? low : high) * p->scale;
    if (p->rms) *y++ = mote_sqrt(m.mean_square) * size;
    if (p->stdev) *y++ = mote_sqrt(m.variance) * size;
    if (p->skewness) *y++ = p->scale == 0 ? 0 : is_turned ? -m.skewness : m.skewness;
    if (p->kurtosis) *y++ = p->scale == 0 ? -3.0f : m.kurtosis;
  }
}
