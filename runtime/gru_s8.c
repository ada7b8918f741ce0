/* GRU over a sequence: int8 input, output and weights, int16 gates and state. Defined as the composition of
 * TensorFlow Lite's int16 convolution (of one position), addition, subtraction, multiplication, logistic and
 * tanh, so the graph unrolled into these gives the same bytes. */
#include "mote_recurrent_s8.h"

typedef struct {
  mote_rows input, state;
} gates;

/* Product of a Q0.15 value with any other, in the scale of the latter. */
static int16_t mul(int16_t a, int16_t b) {
  return mote_saturate_s16(mote_requantize((int32_t)a * b, (int32_t)1 << 30, -14));
}
static int16_t sigmoid(int16_t x) { return mote_sigmoid_q15(3 * (int32_t)x); }
static int16_t hyperbolic_tangent(int16_t x) { return mote_tanh_q15(3 * (int32_t)x); }

/* One step: x and h to the next state. Rows of the weights: update gate z, reset gate r, candidate n. */
static void step(const mote_recurrent_s8_params *p, const gates *w, const int8_t *x, const int16_t *h,
                 int16_t *next, int16_t *gated) {
  const int32_t units = p->units;
  int32_t j;
  if (!p->reset_after)
    for (j = 0; j < units; ++j)
      gated[j] = mul(sigmoid(mote_saturating_add(mote_from_input(p, &w->input, units + j, x),
                                                 mote_from_state(p, &w->state, units + j, h))),
                     h[j]);
  for (j = 0; j < units; ++j) {
    const int16_t z = sigmoid(
        mote_saturating_add(mote_from_input(p, &w->input, j, x), mote_from_state(p, &w->state, j, h)));
    const int16_t kept = mul(z, h[j]);
    int16_t n = mote_from_input(p, &w->input, 2 * units + j, x);
    if (p->reset_after) {
      const int16_t r = sigmoid(mote_saturating_add(mote_from_input(p, &w->input, units + j, x),
                                                    mote_from_state(p, &w->state, units + j, h)));
      n = mote_saturating_add(n, mul(r, mote_from_state(p, &w->state, 2 * units + j, h)));
    } else {
      n = mote_saturating_add(n, mote_from_state(p, &w->state, 2 * units + j, gated));
    }
    next[j] = mote_saturating_add(kept, mul(mote_saturate_s16(32768 - z), hyperbolic_tangent(n)));
  }
}

MOTE_SHARED void mote_gru_s8(const mote_recurrent_s8_params *p, const int8_t *x, const int16_t *initial,
                             const MOTE_FLASH int8_t *kernel, const MOTE_FLASH int32_t *bias,
                             const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift,
                             const MOTE_FLASH int8_t *recurrent_kernel,
                             const MOTE_FLASH int32_t *recurrent_bias,
                             const MOTE_FLASH int32_t *recurrent_multiplier,
                             const MOTE_FLASH int8_t *recurrent_shift, int16_t *state, int16_t *scratch,
                             int8_t *y) {
  gates w;
  int32_t n, t, j;
  w.input = mote_rows_of(kernel, bias, multiplier, shift);
  w.state = mote_rows_of(recurrent_kernel, recurrent_bias, recurrent_multiplier, recurrent_shift);
  for (n = 0; n < p->batches; ++n) {
    int16_t *h = state, *next = scratch;
    for (j = 0; j < p->units; ++j) h[j] = initial ? initial[j] : 0;
    for (t = 0; t < p->steps; ++t, x += p->inputs) {
      int16_t *const old = h;
      step(p, &w, x, h, next, scratch + p->units);
      h = next;
      next = old;
      if (p->returns_sequence || t + 1 == p->steps) y = mote_put_state(p, h, y);
    }
    for (j = 0; j < p->units && h != state; ++j) state[j] = h[j];
  }
}
