/* LSTM over a sequence: int8 activations and weights, int16 gates and cell state. No peephole, projection or
 * layer norm. Arithmetic: TensorFlow Lite's
 * UNIDIRECTIONAL_SEQUENCE_LSTM. */
#include "mote_sigmoid_s16.h"
#include "mote_sums.h"

/* tanh of x * 2^scale_power. */
static int16_t hyperbolic_tangent(int16_t x, int scale_power) {
  const int left = 12 + scale_power;
  return mote_tanh_q15(left >= 0 ? (int32_t)x * ((int32_t)3 << left)
                                 : ((int32_t)x * 3 + ((int32_t)1 << (-left - 1))) >> -left);
}

/* Logistic function of x in Q3.12. */
static int16_t sigmoid(int16_t x) { return mote_sigmoid_q15(3 * (int32_t)x); }

/* For a shift that holds MOTE_WIDE_SUM. */
static MOTE_NOINLINE int32_t wide_share(int32_t sum, int32_t multiplier, int32_t shift) {
  return mote_requantize(sum, multiplier, shift - MOTE_WIDE_SUM);
}

/* To each of a cell's gates, whose rows are `cells` apart, its sum over n values, requantized to Q3.12. */
static MOTE_NOINLINE void add_shares(const int8_t *x, int32_t n, int32_t cells, const MOTE_FLASH int8_t *w,
                                     const MOTE_FLASH int32_t *bias, const int32_t *multiplier,
                                     const int32_t *shift, int32_t *gate) {
  const MOTE_FLASH int32_t *const third = bias + 2 * cells;
  int32_t sum[4];
  int g;
  sum[0] = bias[0];
  sum[1] = bias[cells];
  sum[2] = third[0];
  sum[3] = third[cells];
  mote_add_rows(x, w, cells * n, n, sum);
  for (g = 0; g < 4; ++g) {
    const int32_t v = sum[g], m = multiplier[g], right = shift[g];
    gate[g] += mote_saturate_s16(right < 0 ? mote_requantize_small(v, m, right) : wide_share(v, m, right));
  }
}

/* Cell state and output of one cell from its gates: input, forget, cell, output. */
static int8_t finish(const mote_lstm_s8_params *p, const int32_t *gate, int16_t *cell) {
  int32_t kept = (int32_t)sigmoid(mote_saturate_s16(gate[1])) * *cell;
  int32_t added =
      (int32_t)sigmoid(mote_saturate_s16(gate[0])) * hyperbolic_tangent(mote_saturate_s16(gate[2]), -12);
  int32_t c;
  kept = mote_saturate_s16(mote_requantize_small(kept, p->forget_multiplier, p->forget_shift));
  added = mote_saturate_s16(mote_requantize_small(added, p->update_multiplier, p->update_shift));
  c = mote_saturate_s16(kept + added);
  if (p->cell_clip > 0) c = c < -p->cell_clip ? -p->cell_clip : c > p->cell_clip ? p->cell_clip : c;
  *cell = (int16_t)c;
  c = (int32_t)hyperbolic_tangent(*cell, p->cell_scale_power) * sigmoid(mote_saturate_s16(gate[3]));
  c = mote_requantize_small(c, p->output_multiplier, p->output_shift) + p->hidden_zero_point;
  return mote_clamp_s8(c, -128, 127);
}

MOTE_SHARED void mote_lstm_s8(const mote_lstm_s8_params *p, const int8_t *x, const int8_t *hidden0,
                              const int16_t *cell0, const MOTE_FLASH int8_t *input_weights,
                              const MOTE_FLASH int8_t *recurrent_weights, const MOTE_FLASH int32_t *bias,
                              const MOTE_FLASH int32_t *recurrent_bias, int16_t *cell, int8_t *y) {
  const int32_t inputs = p->inputs, cells = p->cells;
  int32_t n, t, j;
  for (n = 0; n < p->batches; ++n) {
    const int8_t *hidden = hidden0; /* of the step before */
    for (j = 0; j < cells; ++j) cell[j] = cell0 ? cell0[j] : 0;
    for (t = 0; t < p->steps; ++t, x += inputs, y += cells) {
      for (j = 0; j < cells; ++j) {
        int32_t gate[4] = {0, 0, 0, 0};
        add_shares(x, inputs, cells, input_weights + j * inputs, bias + j, p->input_multiplier,
                   p->input_shift, gate);
        if (hidden)
          add_shares(hidden, cells, cells, recurrent_weights + j * cells, recurrent_bias + j,
                     p->recurrent_multiplier, p->recurrent_shift, gate);
        y[j] = finish(p, gate, cell + j);
      }
      hidden = y;
    }
  }
}
