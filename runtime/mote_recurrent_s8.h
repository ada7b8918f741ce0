/* What the GRU and the simple recurrent layer share: int8 input and weights, int16 state. Pre-activations are
 * in Q3.12, gates and state in Q0.15. */
#ifndef MOTE_RECURRENT_S8_H
#define MOTE_RECURRENT_S8_H

#include "mote_sigmoid_s16.h"

typedef struct {
  const MOTE_FLASH int8_t *kernel;
  const MOTE_FLASH int32_t *bias, *multiplier;
  const MOTE_FLASH int8_t *shift;
} mote_rows; /* a weight matrix, one row for each sum */

static inline mote_rows mote_rows_of(const MOTE_FLASH int8_t *kernel, const MOTE_FLASH int32_t *bias,
                                     const MOTE_FLASH int32_t *multiplier, const MOTE_FLASH int8_t *shift) {
  mote_rows rows;
  rows.kernel = kernel;
  rows.bias = bias;
  rows.multiplier = multiplier;
  rows.shift = shift;
  return rows;
}

static inline int16_t mote_saturating_add(int16_t a, int16_t b) { return mote_saturate_s16((int32_t)a + b); }

/* Row `row` of the input's share of the pre-activations; x counts as int16 with 7 more fraction bits. */
static inline int16_t mote_from_input(const mote_recurrent_s8_params *p, const mote_rows *w, int32_t row,
                                      const int8_t *x) {
  const MOTE_FLASH int8_t *k = w->kernel + row * p->inputs;
  int32_t i, sum = 0;
  for (i = 0; i < p->inputs; ++i) sum += (int32_t)k[i] * ((int32_t)x[i] - p->input_zero_point);
  return mote_saturate_s16(
      mote_requantize_wide((int64_t)sum * 128 + w->bias[row], w->multiplier[row], w->shift[row]));
}

/* Row `row` of the state's share. */
static inline int16_t mote_from_state(const mote_recurrent_s8_params *p, const mote_rows *w, int32_t row,
                                      const int16_t *h) {
  const MOTE_FLASH int8_t *k = w->kernel + row * p->units;
  int32_t i, sum = 0;
  for (i = 0; i < p->units; ++i) sum += (int32_t)k[i] * h[i];
  return mote_saturate_s16(
      mote_requantize_wide((int64_t)sum + w->bias[row], w->multiplier[row], w->shift[row]));
}

/* The state as int8 output. */
static inline int8_t *mote_put_state(const mote_recurrent_s8_params *p, const int16_t *h, int8_t *y) {
  int32_t j;
  for (j = 0; j < p->units; ++j)
    *y++ = mote_clamp_s8(mote_requantize(h[j], p->output_multiplier, p->output_shift) + p->output_zero_point,
                         -128, 127);
  return y;
}

#endif
