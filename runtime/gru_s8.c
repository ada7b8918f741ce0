/* GRU over a sequence: int8 input, output and weights, int16 gates and state. The state starts at zero with
 * every call. Defined as the composition of TensorFlow Lite's int16 convolution (of one position), addition,
 * subtraction, multiplication, logistic and tanh, so the graph unrolled into these gives the same bytes.
 * Pre-activations are in Q3.12, gates and state in Q0.15. */
#include "mote_sigmoid_s16.h"

typedef struct {
  const int8_t *kernel;
  const int32_t *bias, *multiplier;
  const int8_t *shift;
} weights;
typedef struct {
  weights input, state;
} gates;

static int16_t add(int16_t a, int16_t b) { return mote_saturate_s16((int32_t)a + b); }
/* Product of a Q0.15 value with any other, in the scale of the latter. */
static int16_t mul(int16_t a, int16_t b) {
  return mote_saturate_s16(mote_requantize((int32_t)a * b, 1 << 30, -14));
}
static int16_t sigmoid(int16_t x) { return mote_sigmoid_q15(3 * (int32_t)x); }
static int16_t hyperbolic_tangent(int16_t x) { return mote_tanh_q15(3 * (int32_t)x); }

/* Row `row` of the input's share of the pre-activations; x counts as int16 with 7 more fraction bits. */
static int16_t from_input(const mote_gru_s8_params *p, const weights *w, int32_t row, const int8_t *x) {
  const int8_t *k = w->kernel + row * p->inputs;
  int32_t i, sum = 0;
  for (i = 0; i < p->inputs; ++i) sum += (int32_t)k[i] * ((int32_t)x[i] - p->input_zero_point);
  return mote_saturate_s16(
      mote_requantize_wide((int64_t)sum * 128 + w->bias[row], w->multiplier[row], w->shift[row]));
}

/* Row `row` of the state's share. */
static int16_t from_state(const mote_gru_s8_params *p, const weights *w, int32_t row, const int16_t *h) {
  const int8_t *k = w->kernel + row * p->units;
  int32_t i, sum = 0;
  for (i = 0; i < p->units; ++i) sum += (int32_t)k[i] * h[i];
  return mote_saturate_s16(
      mote_requantize_wide((int64_t)sum + w->bias[row], w->multiplier[row], w->shift[row]));
}

/* One step: x and h to the next state. Rows of the weights: update gate z, reset gate r, candidate n. */
static void step(const mote_gru_s8_params *p, const gates *w, const int8_t *x, const int16_t *h,
                 int16_t *next, int16_t *gated) {
  const int32_t units = p->units;
  int32_t j;
  if (!p->reset_after)
    for (j = 0; j < units; ++j)
      gated[j] = mul(
          sigmoid(add(from_input(p, &w->input, units + j, x), from_state(p, &w->state, units + j, h))), h[j]);
  for (j = 0; j < units; ++j) {
    const int16_t z = sigmoid(add(from_input(p, &w->input, j, x), from_state(p, &w->state, j, h)));
    const int16_t kept = mul(z, h[j]);
    int16_t n = from_input(p, &w->input, 2 * units + j, x);
    if (p->reset_after) {
      const int16_t r =
          sigmoid(add(from_input(p, &w->input, units + j, x), from_state(p, &w->state, units + j, h)));
      n = add(n, mul(r, from_state(p, &w->state, 2 * units + j, h)));
    } else {
      n = add(n, from_state(p, &w->state, 2 * units + j, gated));
    }
    next[j] = add(kept, mul(mote_saturate_s16(32768 - z), hyperbolic_tangent(n)));
  }
}

void mote_gru_s8(const mote_gru_s8_params *p, const int8_t *x, const int8_t *kernel, const int32_t *bias,
                 const int32_t *multiplier, const int8_t *shift, const int8_t *recurrent_kernel,
                 const int32_t *recurrent_bias, const int32_t *recurrent_multiplier,
                 const int8_t *recurrent_shift, int16_t *state, int8_t *y) {
  gates w;
  int32_t n, t, j;
  w.input.kernel = kernel, w.input.bias = bias, w.input.multiplier = multiplier, w.input.shift = shift;
  w.state.kernel = recurrent_kernel, w.state.bias = recurrent_bias;
  w.state.multiplier = recurrent_multiplier, w.state.shift = recurrent_shift;
  for (n = 0; n < p->batches; ++n) {
    int16_t *h = state, *next = state + p->units;
    for (j = 0; j < p->units; ++j) h[j] = 0;
    for (t = 0; t < p->steps; ++t, x += p->inputs) {
      int16_t *const old = h;
      step(p, &w, x, h, next, state + 2 * p->units);
      h = next, next = old;
      if (!p->returns_sequence && t + 1 < p->steps) continue;
      for (j = 0; j < p->units; ++j)
        *y++ = mote_clamp_s8(
            mote_requantize(h[j], p->output_multiplier, p->output_shift) + p->output_zero_point, -128, 127);
    }
  }
}
