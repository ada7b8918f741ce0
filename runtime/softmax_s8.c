/* Softmax, int8 to int8, in fixed point. */
#include "mote_fixed_point.h"

static int leading_zeros(uint32_t x) { /* x > 0 */
#if defined(__GNUC__) && defined(__SIZEOF_INT__) && __SIZEOF_INT__ == 4
  return __builtin_clz(x);
#else
  int n = 0;
  while (!(x & 0x80000000u)) {
    x <<= 1;
    ++n;
  }
  return n;
#endif
}

/* exp of a difference to the largest value, Q0.31; 0 where it is too far below. */
static int32_t exponential(const mote_softmax_s8_params *p, int32_t difference) {
  if (difference < p->diff_min) return 0;
  return mote_exp_negative(mote_mul_high(difference * ((int32_t)1 << p->shift), p->multiplier), 5);
}

/* Exponentials of this many values are kept from the sum to the results. */
#define KEPT 16

MOTE_SHARED void mote_softmax_s8(const mote_softmax_s8_params *p, const int8_t *x, int8_t *y) {
  int32_t kept[KEPT], row, i;
  for (row = 0; row < p->rows; ++row, x += p->columns, y += p->columns) {
    int32_t max = -128, sum = 0, scale;
    int zeros, right;
    for (i = 0; i < p->columns; ++i)
      if (x[i] > max) max = x[i];
    for (i = 0; i < p->columns; ++i) {
      const int32_t e = exponential(p, x[i] - max);
      if (i < KEPT) kept[i] = e;
      sum += mote_div_pot(e, 12); /* Q12.19 */
    }
    zeros = leading_zeros((uint32_t)sum);
    right = 12 - zeros + 31 - 8;
    scale = mote_shift_left(mote_reciprocal_of_mean((int32_t)(((uint32_t)sum << zeros) - 0x80000000u)), 1);
    for (i = 0; i < p->columns; ++i) {
      const int32_t e = i < KEPT ? kept[i] : exponential(p, x[i] - max);
      y[i] = mote_clamp_s8(mote_div_pot(mote_mul_high(scale, e), right) - 128, -128, 127);
    }
  }
}
