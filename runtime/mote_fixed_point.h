/* Exponential and reciprocal in fixed point, as gemmlowp's fixed-point library defines them: exponentials by
 * a Taylor polynomial around -1/8 and a product of exp(-2^i), reciprocals by Newton-Raphson. Qm.n means m
 * integer and n fraction bits of an int32. */
#ifndef MOTE_FIXED_POINT_H
#define MOTE_FIXED_POINT_H

#include "mote_runtime.h"

/* x * 2^exponent, saturating; exponent > 0. */
static inline int32_t mote_shift_left(int32_t x, int exponent) {
  const int64_t wide = (int64_t)x * ((int64_t)1 << exponent);
  return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : (int32_t)wide;
}

/* exp(a) for -1/4 <= a < 0, Q0.31. */
static inline int32_t mote_exp_small(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668, one_third = 715827883;
  const int32_t x = a + ((int32_t)1 << 28); /* a + 1/8 */
  const int32_t x2 = mote_high_product(x, x), x3 = mote_high_product(x2, x), x4 = mote_high_product(x2, x2);
  const int32_t tail = mote_div_pot(mote_high_product(mote_div_pot(x4, 2) + x3, one_third) + x2, 1);
  return exp_minus_eighth + mote_high_product(x + tail, exp_minus_eighth);
}

/* exp(a) for a <= 0 in Qk.(31-k), k = integer_bits, 4 or 5; result Q0.31. */
static inline int32_t mote_exp_negative(int32_t a, int integer_bits) {
  static const MOTE_FLASH int32_t factor[7] = {1672461947, 1302514674, 790015084, 290630308,
                                               39332535,   720401,     242};
  const int quarter_bits = 29 - integer_bits;
  const int32_t quarter = (int32_t)1 << quarter_bits;
  const int32_t fraction = (a & (quarter - 1)) - quarter; /* in [-1/4, 0) */
  int32_t result = mote_exp_small(fraction * ((int32_t)1 << integer_bits));
  int32_t quarters = (fraction - a) >> quarter_bits;
  const MOTE_FLASH int32_t *f;
  for (f = factor; quarters > 0; ++f, quarters >>= 1) /* factor[i] = exp(-2^(i-2)) */
    if (quarters & 1) result = mote_mul_high(result, *f);
  return a == 0 ? INT32_MAX : result;
}

/* 2 / (1 + x) for x in [0, 1) of Q0.31, result Q2.29. */
static inline int32_t mote_reciprocal_of_mean(int32_t x) {
  const int32_t half = (int32_t)(((int64_t)x + INT32_MAX + 1) >> 1); /* (1 + x) / 2 */
  int32_t y = 1515870810 + mote_mul_high(half, -1010580540);         /* 48/17 - 32/17 half */
  int i;
  for (i = 0; i < 3; ++i) {
    const int32_t error = ((int32_t)1 << 29) - mote_mul_high(half, y);
    y += mote_mul_high(y, error) * 4;
  }
  return y;
}

#endif
