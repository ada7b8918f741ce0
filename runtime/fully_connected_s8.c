/* Fully connected layer, int8. */
#include "mote_runtime.h"

void mote_fully_connected_s8(const mote_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int8_t *y) {
  int32_t n, o, i;
  for (n = 0; n < p->batches; ++n) {
    const int8_t *w = weights;
    for (o = 0; o < p->outputs; ++o) {
      const int32_t q = p->per_channel ? o : 0;
      int32_t acc = bias ? bias[o] : 0;
      for (i = 0; i < p->inputs; ++i) acc += (int32_t)w[i] * ((int32_t)x[i] - p->input_zero_point);
      w += p->inputs;
      *y++ = mote_clamp_s8(mote_requantize(acc, multiplier[q], shift[q]) + p->output_zero_point, p->act_min,
                           p->act_max);
    }
    x += p->inputs;
  }
}
