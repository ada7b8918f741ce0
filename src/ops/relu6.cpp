// relu6: min(max(x, 0), 6). TensorFlow Lite Micro clamps without rescaling: input and output share their
// scale.
#include <algorithm>

#include "ops/curve_support.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/sigmoid_support.h"

namespace mote::ops {

namespace {

struct Relu6 {
  explicit Relu6(const Attrs &) {}
  float operator()(float x) const { return x > 0.0f ? x < 6.0f ? x : 6.0f : 0.0f; }
  float slope(float x, float) const { return x > 0.0f && x < 6.0f ? 1.0f : 0.0f; }
};

}  // namespace

const OpDef &relu6_op() {
  static const OpDef kOp = trainable_curve<Relu6>(lookup_op(
      "relu6", "min(max(x, 0), 6).", {},
      [](const IntegerProgram &p, const ProgramLayer &l) {
        const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
        require_same_scale(l, x, y);
        const ClampRange clamp = activation_range(l, FusedActivation::kRelu6, x);
        Table table;
        for (int i = -128; i <= 127; ++i)
          table[i + 128] = static_cast<int8_t>(std::clamp(i, clamp.low, std::max(clamp.low, clamp.high)));
        return table;
      },
      plain_tflite(21, 2, 2), nullptr, OutputRange::kSameAsInput, FusedActivation::kRelu6));
  return kOp;
}

}  // namespace mote::ops
