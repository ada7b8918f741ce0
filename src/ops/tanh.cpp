// tanh: hyperbolic tangent, int8 by table.
#include "base/math.h"
#include "mote_runtime.h"
#include "ops/curve_support.h"
#include "ops/fixed_point_support.h"
#include "ops/op_list.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {

namespace {

struct Tanh {
  explicit Tanh(const Attrs &) {}
  float operator()(float x) const { return tanh_float(x); }
  float slope(float, float y) const { return 1.0f - y * y; }
};

}  // namespace

const OpDef &tanh_op() {
  static const OpDef kOp = trainable_curve<Tanh>(lookup_op(
      "tanh", "Hyperbolic tangent.", {},
      [](const IntegerProgram &p, const ProgramLayer &l) { return saturating_table(p, l, fixed_tanh, 7, 0); },
      plain_tflite(28, 2, 3),
      [](const IntegerProgram &p, const ProgramLayer &l) {
        return wide_sigmoid(p, l, "tanh", mote_tanh_s16, 1);
      },
      OutputRange::kSymmetricUnit));
  return kOp;
}

}  // namespace mote::ops
