/* An int8 tensor in another scale. */
#include "mote_runtime.h"

MOTE_SHARED void mote_rescale_s8(const mote_rescale_params *p, const int8_t *x, int8_t *y) {
  int32_t i;
  for (i = 0; i < p->count; ++i) {
    const int32_t value = mote_requantize((int32_t)x[i] - p->input_zero_point, p->multiplier, p->shift);
    y[i] = mote_clamp_s8(value + p->output_zero_point, p->act_min, p->act_max);
  }
}
