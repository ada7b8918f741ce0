#include "ops/fixed_point_support.h"

#include "mote_runtime.h"

namespace mote::ops {

static int32_t shift_left(int32_t x, int exponent) {  // saturating
  const int64_t wide = static_cast<int64_t>(x) * (int64_t{1} << exponent);
  return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : static_cast<int32_t>(wide);
}

static int32_t exp_small(int32_t a) {  // -1/4 <= a < 0
  constexpr int32_t kExpMinusEighth = 1895147668, kThird = 715827883;
  const int32_t x = a + (1 << 28), x2 = mote_mul_high(x, x), x3 = mote_mul_high(x2, x),
                x4 = mote_mul_high(x2, x2);
  const int32_t tail = mote_div_pot(mote_mul_high(mote_div_pot(x4, 2) + x3, kThird) + x2, 1);
  return kExpMinusEighth + mote_mul_high(kExpMinusEighth, x + tail);
}

int32_t fixed_exp_negative(int32_t a, int integer_bits) {
  static const int32_t kFactors[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int fraction_bits = 31 - integer_bits;
  const int32_t quarter = 1 << (fraction_bits - 2), fraction = (a & (quarter - 1)) - quarter,
                rest = fraction - a;
  int32_t result = exp_small(shift_left(fraction, integer_bits));
  for (int i = 0; i < 7; ++i) {  // kFactors[i] = exp(-2^(i-2))
    const int exponent = i - 2;
    if (integer_bits > exponent && (rest & (1 << (fraction_bits + exponent))))
      result = mote_mul_high(result, kFactors[i]);
  }
  return a == 0 ? INT32_MAX : result;
}

// 1 / ((1 + x) / 2) in Q2.29 for x in [0, 1) of Q0.31: three steps of Newton and Raphson.
static int32_t reciprocal_of_half_sum(int32_t x) {
  const auto half = static_cast<int32_t>((static_cast<int64_t>(x) + INT32_MAX + 1) >> 1);
  int32_t y = 1515870810 + mote_mul_high(half, -1010580540);
  for (int i = 0; i < 3; ++i) y += shift_left(mote_mul_high(y, (1 << 29) - mote_mul_high(half, y)), 2);
  return y;
}

int32_t fixed_logistic(int32_t a) {
  if (a == 0) return 1 << 30;
  const int32_t magnitude = a < 0 ? -a : a;
  const int32_t positive = shift_left(reciprocal_of_half_sum(fixed_exp_negative(-magnitude, 4)), 1);
  return a > 0 ? positive : INT32_MAX - positive;
}

int32_t fixed_tanh(int32_t a) {
  if (a == 0) return 0;
  const int32_t magnitude = a < 0 ? -a : a;
  // exp(-2|a|): the same bits read with one more integer bit
  const int32_t t = shift_left(reciprocal_of_half_sum(fixed_exp_negative(-magnitude, 5)) - (1 << 29), 2);
  return a > 0 ? t : -t;
}

}  // namespace mote::ops
