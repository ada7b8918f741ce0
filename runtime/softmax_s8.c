/* Softmax, int8 to int8, in fixed point. Qm.n below means m integer and n fraction bits of an int32.
 * Method: exponentials by a Taylor polynomial around -1/8 and a product of exp(-2^i); the reciprocal of the
 * sum by Newton-Raphson, as gemmlowp's fixed-point library defines them. */
#include "mote_runtime.h"

/* x * 2^exponent, saturating; exponent > 0. */
static int32_t shift_left_saturating(int32_t x, int exponent) {
  const int64_t wide = (int64_t)x * ((int64_t)1 << exponent);
  return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* exp(a) for -1/4 <= a < 0, Q0.31. */
static int32_t exp_small(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668, one_third = 715827883;
  const int32_t x = a + (1 << 28); /* a + 1/8 */
  const int32_t x2 = mote_mul_high(x, x), x3 = mote_mul_high(x2, x), x4 = mote_mul_high(x2, x2);
  const int32_t tail = mote_div_pot(mote_mul_high(mote_div_pot(x4, 2) + x3, one_third) + x2, 1);
  return exp_minus_eighth + mote_mul_high(exp_minus_eighth, x + tail);
}

/* exp(a) for a <= 0 in Q5.26, result Q0.31. */
static int32_t exp_negative(int32_t a) {
  static const int32_t factor[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = 1 << 24;
  const int32_t fraction = (a & (quarter - 1)) - quarter; /* in [-1/4, 0) */
  const int32_t rest = fraction - a;                      /* a multiple of 1/4 */
  int32_t result = exp_small(shift_left_saturating(fraction, 5));
  int i;
  for (i = 0; i < 7; ++i) /* factor[i] = exp(-2^(i-2)) */
    if (rest & ((int32_t)1 << (24 + i))) result = mote_mul_high(result, factor[i]);
  return a == 0 ? INT32_MAX : result;
}

/* 1 / (1 + x) for x in [0, 1), Q0.31. */
static int32_t reciprocal_one_plus(int32_t x) {
  const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) >> 1); /* (1 + x) / 2, x >= 0 */
  int32_t y = 1515870810 + mote_mul_high(half, -1010580540);         /* 48/17 - 32/17 half, Q2.29 */
  int i;
  for (i = 0; i < 3; ++i) {
    const int32_t error = (1 << 29) - mote_mul_high(half, y);
    y += shift_left_saturating(mote_mul_high(y, error), 2);
  }
  return shift_left_saturating(y, 1);
}

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
        sum += mote_div_pot(exp_negative(z), 12); /* Q12.19 */
      }
    }
    zeros = leading_zeros((uint32_t)sum);
    bits_over = 12 - zeros;
    scale = reciprocal_one_plus((int32_t)(((uint32_t)sum << zeros) - 0x80000000u));
    for (i = 0; i < p->columns; ++i) {
      const int32_t diff = (int32_t)x[i] - max;
      if (diff >= p->diff_min) {
        const int32_t z = mote_mul_high(diff * ((int32_t)1 << p->shift), p->multiplier);
        const int32_t value = mote_div_pot(mote_mul_high(scale, exp_negative(z)), bits_over + 31 - 8);
        y[i] = mote_clamp_s8(value - 128, -128, 127);
      } else {
        y[i] = -128;
      }
    }
  }
}
