/* Softmax, int8 to int8, in fixed point. */
#include "mote_fixed_point.h"

static int leading_zeros(uint32_t x) {
  int n = 0;
  while (n < 32 && !(x & 0x80000000u)) x <<= 1, ++n;
  return n;
}

void mote_softmax_s8(const mote_softmax_s8_params *p, const int8_t *x, int8_t *y) {
  int32_t row, i;
  for (row = 0; row < p->rows; ++row, x += p->columns, y += p->columns) {
    int32_t max = -128, sum = 0, scale;
    int zeros, bits_over;
    for (i = 0; i < p->columns; ++i)
      if (x[i] > max) max = x[i];
    for (i = 0; i < p->columns; ++i) {
      const int32_t diff = (int32_t)x[i] - max;
      if (diff >= p->diff_min) {
        const int32_t z = mote_mul_high(diff * ((int32_t)1 << p->shift), p->multiplier);
        sum += mote_div_pot(mote_exp_negative(z, 5), 12); /* Q12.19 */
      }
    }
    zeros = leading_zeros((uint32_t)sum);
    bits_over = 12 - zeros;
    scale = mote_shift_left(mote_reciprocal_of_mean((int32_t)(((uint32_t)sum << zeros) - 0x80000000u)), 1);
    for (i = 0; i < p->columns; ++i) {
      const int32_t diff = (int32_t)x[i] - max;
      if (diff >= p->diff_min) {
        const int32_t z = mote_mul_high(diff * ((int32_t)1 << p->shift), p->multiplier);
        const int32_t value = mote_div_pot(mote_mul_high(scale, mote_exp_negative(z, 5)), bits_over + 31 - 8);
        y[i] = mote_clamp_s8(value - 128, -128, 127);
      } else {
        y[i] = -128;
      }
    }
  }
}
