// logistic: 1 / (1 + exp(-x)), int8 by table, int16 by interpolation.
#include "base/math.h"
#include "mote_runtime.h"
#include "ops/curve_support.h"
#include "ops/fixed_point_support.h"
#include "ops/op_list.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {

namespace {

struct Logistic {
  explicit Logistic(const Attrs &) {}
  float operator()(float x) const { return sigmoid_float(x); }
  float slope(float, float y) const { return y * (1.0f - y); }
};

}  // namespace

const OpDef &logistic_op() {
  static const OpDef kOp = [] {
    OpDef op = trainable_curve<Logistic>(lookup_op(
        "logistic", "1 / (1 + exp(-x)).", {},
        [](const IntegerProgram &p, const ProgramLayer &l) {
          return saturating_table(p, l, fixed_logistic, 8, -128);
        },
        plain_tflite(14, 2, 3),
        [](const IntegerProgram &p, const ProgramLayer &l) {
          return wide_sigmoid(p, l, "logistic", mote_logistic_s16, 0);
        },
        OutputRange::kProbability));
    op.fused_loss = LossType::kBinaryCrossentropy;
    return op;
  }();
  return kOp;
}

}  // namespace mote::ops
