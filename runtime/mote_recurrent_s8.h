/* What the GRU and the simple recurrent layer share: int8 input and weights, int16 state. Pre-activations are
 * in Q3.12, gates and state in Q0.15. */
#ifndef MOTE_RECURRENT_S8_H
#define MOTE_RECURRENT_S8_H

#include "mote_sigmoid_s16.h"
#include "mote_sums.h"

typedef struct {
  const MOTE_FLASH int8_t *kernel;
  const MOTE_FLASH int32_t *bias;
  const MOTE_FLASH int16_t *multiplier;
  const MOTE_FLASH int8_t *shift;
  int32_t rows;
} mote_matrix; /* a weight matrix, one row for each sum */

static inline mote_matrix mote_matrix_of(int32_t rows, const MOTE_FLASH int8_t *kernel,
                                         const MOTE_FLASH int32_t *bias, const MOTE_FLASH int16_t *multiplier,
                                         const MOTE_FLASH int8_t *shift) {
  mote_matrix matrix;
  matrix.kernel = kernel;
  matrix.bias = bias;
  matrix.multiplier = multiplier;
  matrix.shift = shift;
  matrix.rows = rows;
  return matrix;
}

static inline int16_t mote_saturating_add(int16_t a, int16_t b) { return mote_saturate_s16((int32_t)a + b); }

#define MOTE_UNITS 4 /* that are computed side by side */
static inline int32_t mote_units_from(int32_t first, int32_t units) {
  return units - first < MOTE_UNITS ? units - first : MOTE_UNITS;
}

/* x / 2^total to nearest for total >= 32. */
static MOTE_NOINLINE int32_t mote_far_right(int64_t x, int total) {
  return (int32_t)((x + ((int64_t)1 << (total - 1))) >> total);
}

/* Shares of `count` rows from `row` on in Q3.12, from sum * factor + bias: mote_requantize_wide with a
 * multiplier that is cut already. */
static inline void mote_put_shares(const mote_matrix *w, int32_t row, int32_t count, const int32_t *sum,
                                   int32_t factor, int16_t *share) {
  const MOTE_FLASH int32_t *bias = w->bias + row;
  const MOTE_FLASH int16_t *multiplier = w->multiplier + row;
  const MOTE_FLASH int8_t *shift = w->shift + row, *const end = shift + count;
  while (shift < end) {
    const uint32_t m = (uint16_t)*multiplier++;
    const int total = 15 - *shift++;
    const uint64_t product = (uint64_t)((int64_t)*sum++ * factor + *bias++) * m;
    int32_t v;
    if (total < 32) { /* all but the last shift in 32 bits */
      const uint64_t rounded = product + ((uint32_t)1 << (total - 1));
      v = (int32_t)((uint32_t)(rounded >> 32) << (32 - total) | (uint32_t)rounded >> total);
    } else {
      v = mote_far_right((int64_t)product, total);
    }
    *share++ = mote_saturate_s16(v);
  }
}

/* Sums of products with n values of x by four rows: those from `row` on, or the last four, of which the first
 * `row - at` are not wanted. Of a matrix with fewer than four rows, each is taken four times. */
#define MOTE_SUM_ROWS(add_rows)                                                \
  const int32_t at = row + MOTE_UNITS <= w->rows ? row : w->rows - MOTE_UNITS; \
  const MOTE_FLASH int8_t *k = w->kernel + row * n;                            \
  int32_t sum[MOTE_UNITS] = {0, 0, 0, 0}, *s = sum, r;                         \
  if (at >= 0) {                                                               \
    add_rows(x, w->kernel + at * n, n, n, sum);                                \
    s += row - at;                                                             \
  } else {                                                                     \
    for (r = 0; r < count; ++r) {                                              \
      int32_t same[MOTE_UNITS] = {0, 0, 0, 0};                                 \
      add_rows(x, k + r * n, 0, n, same);                                      \
      sum[r] = same[0];                                                        \
    }                                                                          \
  }

/* Rows row ... row + count of the input's share of the pre-activations; x counts as int16 with 7 more
 * fraction bits. */
static MOTE_NOINLINE void mote_from_input(const mote_recurrent_s8_params *p, const mote_matrix *w,
                                          int32_t row, int32_t count, const int8_t *x, int16_t *share) {
  const int32_t n = p->inputs, zero_point = p->input_zero_point;
  MOTE_SUM_ROWS(mote_add_rows)
  if (zero_point != 0)
    for (r = 0; r < count; ++r) {
      const MOTE_FLASH int8_t *const end = k + n;
      while (k < end) s[r] -= (int32_t)*k++ * zero_point;
    }
  mote_put_shares(w, row, count, s, 128, share);
}

/* The same of the state's share. */
static MOTE_NOINLINE void mote_from_state(const mote_recurrent_s8_params *p, const mote_matrix *w,
                                          int32_t row, int32_t count, const int16_t *x, int16_t *share) {
  const int32_t n = p->units;
  MOTE_SUM_ROWS(mote_add_wide_rows)
  mote_put_shares(w, row, count, s, 1, share);
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
