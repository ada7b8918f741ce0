/* LSTM over a sequence: int8 activations and weights, int16 gates and cell state. No peephole, projection or
 * layer norm. Arithmetic: TensorFlow Lite's
 * UNIDIRECTIONAL_SEQUENCE_LSTM. */
#include "mote_sigmoid_s16.h"

/* tanh of x * 2^scale_power. */
static int16_t hyperbolic_tangent(int16_t x, int scale_power) {
  const int left = 12 + scale_power;
  return mote_tanh_q15(left >= 0 ? (int32_t)x * ((int32_t)3 << left)
                                 : ((int32_t)x * 3 + ((int32_t)1 << (-left - 1))) >> -left);
}

/* Logistic function of x in Q3.12. */
static int16_t sigmoid(int16_t x) { return mote_sigmoid_q15(3 * (int32_t)x); }

MOTE_SHARED void mote_lstm_s8(const mote_lstm_s8_params *p, const int8_t *x, const int8_t *hidden0,
                              const int16_t *cell0, const MOTE_FLASH int8_t *input_weights,
                              const MOTE_FLASH int8_t *recurrent_weights, const MOTE_FLASH int32_t *bias,
                              int16_t *cell, int8_t *y) {
  int32_t n, t, j, k;
  int g;
  for (n = 0; n < p->batches; ++n) {
    const int8_t *hidden = hidden0; /* of the step before */
    for (j = 0; j < p->cells; ++j) cell[j] = cell0 ? cell0[j] : 0;
    for (t = 0; t < p->steps; ++t, x += p->inputs, y += p->cells) {
      for (j = 0; j < p->cells; ++j) {
        int16_t gate[4]; /* input, forget, cell, output */
        int32_t kept, added, c;
        for (g = 0; g < 4; ++g) {
          const MOTE_FLASH int8_t *w = input_weights + (g * p->cells + j) * p->inputs;
          const MOTE_FLASH int8_t *r = recurrent_weights + (g * p->cells + j) * p->cells;
          int32_t from_input = bias[g * p->cells + j], from_hidden = 0;
          for (k = 0; k < p->inputs; ++k) from_input += (int32_t)w[k] * ((int32_t)x[k] - p->input_zero_point);
          if (hidden)
            for (k = 0; k < p->cells; ++k)
              from_hidden += (int32_t)r[k] * ((int32_t)hidden[k] - p->hidden_zero_point);
          from_input =
              mote_saturate_s16(mote_requantize(from_input, p->input_multiplier[g], p->input_shift[g]));
          from_hidden = mote_saturate_s16(
              mote_requantize(from_hidden, p->recurrent_multiplier[g], p->recurrent_shift[g]));
          gate[g] = mote_saturate_s16(from_input + from_hidden); /* Q3.12 */
        }
        kept = mote_saturate_s16(
            mote_requantize((int32_t)sigmoid(gate[1]) * cell[j], p->forget_multiplier, p->forget_shift));
        added = (int32_t)sigmoid(gate[0]) * hyperbolic_tangent(gate[2], -12);
        added = mote_saturate_s16(mote_requantize(added, p->update_multiplier, p->update_shift));
        c = mote_saturate_s16(kept + added);
        if (p->cell_clip > 0) c = c < -p->cell_clip ? -p->cell_clip : c > p->cell_clip ? p->cell_clip : c;
        cell[j] = (int16_t)c;
        c = (int32_t)hyperbolic_tangent(cell[j], p->cell_scale_power) * sigmoid(gate[3]);
        c = mote_requantize(c, p->output_multiplier, p->output_shift) + p->hidden_zero_point;
        y[j] = mote_clamp_s8(c, -128, 127);
      }
      hidden = y;
    }
  }
}
