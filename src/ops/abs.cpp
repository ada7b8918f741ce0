// abs: |x|; int8 by table.
#include <cmath>
#include <cstdlib>

#include "mote_runtime.h"
#include "ops/curve_support.h"
#include "ops/integer_support.h"
#include "ops/lookup_support.h"
#include "ops/op_list.h"
#include "ops/rescale_support.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {

namespace {

struct Curve {
  explicit Curve(const Attrs &) {}
  float operator()(float x) const { return std::fabs(x); }
  float slope(float x, float) const { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f; }
};

Multiplier rescaling(const ProgramLayer &l, const ProgramTensor &x, const ProgramTensor &y) {
  const float ratio = scale_of(l, x) / scale_of(l, y);
  check_accumulator(l, x.dtype == DType::kInt16 ? 32768 : 255, ratio);
  return quantize_multiplier(ratio);
}

WideCall wide_abs(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  const Multiplier m = rescaling(l, x, y);
  const mote_rescale_params q{element_count(x), 0, 0, m.value, m.shift, -32768, 32767};
  return {[q](HostInputs in, HostOutputs out) { mote_abs_s16(&q, in[0], out[0]); },
          {"mote_abs_s16",
           "rescale_s16.c",
           "mote_rescale_params",
           rescale_fields(q),
           {},
           {"params", "in0", "out0"}}};
}

}  // namespace

const OpDef &abs_op() {
  static const OpDef kOp = [] {
    OpDef op = trainable_curve<Curve>(lookup_op(
        "abs", "|x|.", {},
        [](const IntegerProgram &p, const ProgramLayer &l) {
          const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
          const Multiplier m = rescaling(l, x, y);
          const int zx = zero_point_of(l, x), zy = zero_point_of(l, y);
          Table table;
          for (int i = -128; i <= 127; ++i)
            table[i + 128] =
                mote_clamp_s8(mote_requantize(std::abs(i - zx), m.value, m.shift) + zy, -128, 127);
          return table;
        },
        plain_tflite(101, 2, 3), wide_abs));
    op.properties = {Property::kTakesInt16, Property::kElementwise, Property::kHomogeneous};
    return op;
  }();
  return kOp;
}

}  // namespace mote::ops
