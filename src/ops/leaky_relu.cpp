// leaky_relu: x for x > 0, alpha x below; int8 by table.
#include "mote_runtime.h"
#include "ops/integer_support.h"
#include "ops/lookup_support.h"
#include "ops/op_list.h"

namespace mote::ops {

const OpDef &leaky_relu_op() {
  constexpr int kLeakyRelu = 98;
  static const OpDef kOp = lookup_op(
      "leaky_relu", "x for x > 0, alpha x below.", {{"alpha", 0.2, "slope below zero", {}, -1e6, 1e6}},
      [](const IntegerProgram &p, const ProgramLayer &l) {
        const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
        const float sx = scale_of(l, x), sy = scale_of(l, y),
                    alpha = static_cast<float>(l.attrs.number("alpha"));
        const int zx = zero_point_of(l, x), zy = zero_point_of(l, y);
        require(alpha > 0, l, "alpha must be positive");
        check_accumulator(l, 255, static_cast<double>(sx / sy) * std::max(1.0, static_cast<double>(alpha)));
        const Multiplier identity = quantize_multiplier(static_cast<double>(sx / sy)),
                         slope = quantize_multiplier(static_cast<double>(sx * alpha / sy));
        Table table;
        for (int i = -128; i <= 127; ++i) {
          const Multiplier &m = i - zx >= 0 ? identity : slope;
          table[static_cast<size_t>(i + 128)] =
              mote_clamp_s8(mote_requantize(i - zx, m.value, m.shift) + zy, -128, 127);
        }
        return table;
      },
      Tflite{{kLeakyRelu},
             [](const IntegerProgram &, const ProgramLayer &l) {
               return TfOperator{kLeakyRelu, 2, TfLeakyRelu{static_cast<float>(l.attrs.number("alpha"))}};
             },
             [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
               const auto *o = std::get_if<TfLeakyRelu>(&op.options);
               require(o != nullptr, l, "has no options");
               return Attrs{{"alpha", static_cast<double>(o->alpha)}};
             }});
  return kOp;
}

}  // namespace mote::ops
