/* Simple recurrent layer over a sequence, h' = tanh(x W + h U + b): int8 input, output and weights, int16
 * state. Defined as the composition of TensorFlow Lite's int16 convolution (of one position), addition and
 * tanh, so the graph unrolled into these gives the same bytes. */
#include "mote_recurrent_s8.h"

MOTE_SHARED void mote_simple_rnn_s8(const mote_recurrent_s8_params *p, const int8_t *x,
                                    const int16_t *initial, const MOTE_FLASH int8_t *kernel,
                                    const MOTE_FLASH int32_t *bias, const MOTE_FLASH int16_t *multiplier,
                                    const MOTE_FLASH int8_t *shift, const MOTE_FLASH int8_t *recurrent_kernel,
                                    const MOTE_FLASH int32_t *recurrent_bias,
                                    const MOTE_FLASH int16_t *recurrent_multiplier,
                                    const MOTE_FLASH int8_t *recurrent_shift, int16_t *state,
                                    int16_t *scratch, int8_t *y) {
  const mote_matrix input = mote_matrix_of(p->units, kernel, bias, multiplier, shift);
  const mote_matrix recurrent =
      mote_matrix_of(p->units, recurrent_kernel, recurrent_bias, recurrent_multiplier, recurrent_shift);
  int16_t from_input[MOTE_UNITS], from_state[MOTE_UNITS];
  int32_t n, t, j, i;
  for (n = 0; n < p->batches; ++n) {
    int16_t *h = state, *next = scratch;
    for (j = 0; j < p->units; ++j) h[j] = initial ? initial[j] : 0;
    for (t = 0; t < p->steps; ++t, x += p->inputs) {
      int16_t *const old = h;
      for (j = 0; j < p->units; j += MOTE_UNITS) {
        const int32_t count = mote_units_from(j, p->units);
        mote_from_input(p, &input, j, count, x, from_input);
        mote_from_state(p, &recurrent, j, count, h, from_state);
        for (i = 0; i < count; ++i)
          next[j + i] = mote_tanh_q15(3 * (int32_t)mote_saturating_add(from_input[i], from_state[i]));
      }
      h = next;
      next = old;
      if (p->returns_sequence || t + 1 == p->steps) y = mote_put_state(p, h, y);
    }
    for (j = 0; j < p->units && h != state; ++j) state[j] = h[j];
  }
}
