/* Softmax, int16 to int16 (Q0.15), with tables of exp on [-10, 0] and of 1 / (1 + x) on [0, 1]. */
#include "mote_runtime.h"

/* 512 intervals over the int16 range, linear between the table's values. */
static int16_t interpolated(const MOTE_FLASH int16_t *table, int32_t x) {
  const int32_t i = 256 + (x >> 7), fraction = x & 0x7F;
  const int32_t slope = (int32_t)table[i + 1] - table[i];
  return (int16_t)(table[i] + ((slope * fraction + 64) >> 7));
}

static int leading_zeros(uint32_t x) {
  int n = 0;
  while (n < 32 && !(x & 0x80000000u)) {
    x <<= 1;
    ++n;
  }
  return n;
}

MOTE_SHARED void mote_softmax_s16(const mote_softmax_s16_params *p, const MOTE_FLASH int16_t *exponential,
                                  const MOTE_FLASH int16_t *reciprocal, const int16_t *x, int16_t *y) {
  int32_t row, i;
  for (row = 0; row < p->rows; ++row, x += p->columns, y += p->columns) {
    int32_t max = -32768, sum = 0, scale;
    int zeros, shift;
    for (i = 0; i < p->columns; ++i)
      if (x[i] > max) max = x[i];
    for (i = 0; i < p->columns; ++i) {
      const int32_t diff = mote_requantize((int32_t)x[i] - max, p->multiplier, p->shift);
      y[i] = interpolated(exponential, mote_saturate_s16(diff + 32767));
      sum += y[i];
    }
    zeros = leading_zeros((uint32_t)sum);
    shift = 31 - zeros;
    /* the sum between 1 and 2 as an argument of the table, which is centred */
    scale = (int32_t)((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14) - ((int32_t)3 << 15);
    scale = interpolated(reciprocal, mote_saturate_s16(scale));
    for (i = 0; i < p->columns; ++i) {
      const int64_t rounding = shift > 0 ? (int64_t)1 << (shift - 1) : 0;
      y[i] = mote_clamp_s16((int32_t)(((int64_t)y[i] * scale + rounding) >> shift), 0, 32767);
    }
  }
}
