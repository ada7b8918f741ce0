/* GRU over a sequence: int8 input, output and weights, int16 gates and state. Defined as the composition of
 * TensorFlow Lite's int16 convolution (of one position), addition, subtraction, multiplication, logistic and
 * tanh, so the graph unrolled into these gives the same bytes. */
#include "mote_recurrent_s8.h"

typedef struct {
  mote_matrix input, state;
} gates;

/* Product of a Q0.15 value that is not negative with any other, in the scale of the latter. */
static int16_t mul(int16_t a, int16_t b) {
  return mote_saturate_s16(mote_requantize_small((int32_t)a * b, (int32_t)1 << 30, -14));
}
static int16_t sigmoid(int16_t x) { return mote_sigmoid_q15(3 * (int32_t)x); }
static int16_t hyperbolic_tangent(int16_t x) { return mote_tanh_q15(3 * (int32_t)x); }

/* Gates of `count` units from row `row` on. */
static MOTE_NOINLINE void open_gates(const mote_recurrent_s8_params *p, const gates *w, int32_t row,
                                     int32_t count, const int8_t *x, const int16_t *h, int16_t *gate) {
  int16_t from_input[MOTE_UNITS];
  int32_t i;
  mote_from_input(p, &w->input, row, count, x, from_input);
  mote_from_state(p, &w->state, row, count, h, gate);
  for (i = 0; i < count; ++i) gate[i] = sigmoid(mote_saturating_add(from_input[i], gate[i]));
}

/* One step: x and h to the next state. Rows of the weights: update gate z, reset gate r, candidate n. */
static void step(const mote_recurrent_s8_params *p, const gates *w, const int8_t *x, const int16_t *h,
                 int16_t *next, int16_t *gated) {
  const int32_t units = p->units;
  int16_t z[MOTE_UNITS], r[MOTE_UNITS], n[MOTE_UNITS], from_state[MOTE_UNITS];
  int32_t j, i;
  for (j = 0; !p->reset_after && j < units; j += MOTE_UNITS) {
    const int32_t count = mote_units_from(j, units);
    open_gates(p, w, units + j, count, x, h, r);
    for (i = 0; i < count; ++i) gated[j + i] = mul(r[i], h[j + i]);
  }
  for (j = 0; j < units; j += MOTE_UNITS) {
    const int32_t count = mote_units_from(j, units);
    open_gates(p, w, j, count, x, h, z);
    mote_from_input(p, &w->input, 2 * units + j, count, x, n);
    if (p->reset_after) open_gates(p, w, units + j, count, x, h, r);
    mote_from_state(p, &w->state, 2 * units + j, count, p->reset_after ? h : gated, from_state);
    for (i = 0; i < count; ++i) {
      const int16_t fresh = hyperbolic_tangent(
          mote_saturating_add(n[i], p->reset_after ? mul(r[i], from_state[i]) : from_state[i]));
      next[j + i] = mote_saturating_add(mul(z[i], h[j + i]), mul(mote_saturate_s16(32768 - z[i]), fresh));
    }
  }
}

MOTE_SHARED void mote_gru_s8(const mote_recurrent_s8_params *p, const int8_t *x, const int16_t *initial,
                             const MOTE_FLASH int8_t *kernel, const MOTE_FLASH int32_t *bias,
                             const MOTE_FLASH int16_t *multiplier, const MOTE_FLASH int8_t *shift,
                             const MOTE_FLASH int8_t *recurrent_kernel,
                             const MOTE_FLASH int32_t *recurrent_bias,
                             const MOTE_FLASH int16_t *recurrent_multiplier,
                             const MOTE_FLASH int8_t *recurrent_shift, int16_t *state, int16_t *scratch,
                             int8_t *y) {
  gates w;
  int32_t n, t, j;
  w.input = mote_matrix_of(3 * p->units, kernel, bias, multiplier, shift);
  w.state =
      mote_matrix_of(3 * p->units, recurrent_kernel, recurrent_bias, recurrent_multiplier, recurrent_shift);
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
