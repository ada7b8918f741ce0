/* Fully connected layer, int8. */
#include "mote_dsp.h"
#include "mote_runtime.h"

#if MOTE_HAS_DSP

static void connect(const mote_fully_connected_s8_params *p, const mote_outputs *o, const int8_t *x,
                    const int8_t *w, int8_t *y) {
  const int32_t inputs = p->inputs, outputs = p->outputs, some = MOTE_SUMS / 3 * 3;
  mote_runs runs = {1, 0, 0, 0, 0, mote_twice(-p->input_zero_point)};
  mote_outputs all = *o;
  int32_t multiplier[MOTE_SUMS], first, i;
  int8_t shift[MOTE_SUMS];
  mote_set_run(&runs, inputs, 0, 0);
  for (i = 0; i < MOTE_SUMS && !p->per_channel; ++i) multiplier[i] = o->multiplier[0], shift[i] = o->shift[0];
  for (first = 0; first < outputs; first += some) {
    const int32_t n = outputs - first < some ? outputs - first : some;
    int32_t sum[MOTE_SUMS];
    for (i = 0; i < n; i += 3, w += 3 * inputs) /* a filter that is not there is one that is */
      mote_dot_1x3(&runs, x, w, i + 1 < n ? w + inputs : w, i + 2 < n ? w + 2 * inputs : w, sum + i);
    if (!p->per_channel) /* one multiplier serves all: copies of it, counted from `first` */
      all.bias = o->bias ? o->bias + first : 0, all.multiplier = multiplier, all.shift = shift;
    mote_finish(&all, p->per_channel ? first : 0, n, sum, y + first);
  }
}

#endif

void mote_fully_connected_s8(const mote_fully_connected_s8_params *p, const int8_t *x, const int8_t *weights,
                             const int32_t *bias, const int32_t *multiplier, const int8_t *shift, int8_t *y) {
#if MOTE_HAS_DSP
  const mote_outputs outputs = {bias, multiplier, shift, p->output_zero_point, p->act_min, p->act_max};
  int32_t n;
  for (n = 0; n < p->batches; ++n, x += p->inputs, y += p->outputs) connect(p, &outputs, x, weights, y);
#else
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
#endif
}
