// Fixed-point functions of gemmlowp (exp, tanh, logistic), as TensorFlow Lite's int8 reference kernels call
// them.
#include "ops/fixed_point_support.h"

#include "mote_fixed_point.h"

namespace mote::ops {

int32_t fixed_logistic(int32_t a) {
  if (a == 0) return 1 << 30;
  const int32_t magnitude = a < 0 ? -a : a;
  const int32_t positive = mote_shift_left(mote_reciprocal_of_mean(mote_exp_negative(-magnitude, 4)), 1);
  return a > 0 ? positive : INT32_MAX - positive;
}

int32_t fixed_tanh(int32_t a) {
  if (a == 0) return 0;
  const int32_t magnitude = a < 0 ? -a : a;
  // exp(-2|a|): the same bits read with one more integer bit
  const int32_t t = mote_shift_left(mote_reciprocal_of_mean(mote_exp_negative(-magnitude, 5)) - (1 << 29), 2);
  return a > 0 ? t : -t;
}

}  // namespace mote::ops
