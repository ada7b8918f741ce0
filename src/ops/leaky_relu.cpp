// leaky_relu: x for x > 0, alpha x below; int8 by table.
#include <algorithm>

#include "mote_runtime.h"
#include "ops/curve_support.h"
#include "ops/integer_support.h"
#include "ops/lookup_support.h"
#include "ops/op_list.h"
#include "ops/rescale_support.h"

namespace mote::ops {

namespace {

struct Curve {
  explicit Curve(const Attrs &a) : alpha(static_cast<float>(a.number("alpha"))) {}
  float operator()(float x) const { return x > 0.0f ? x : alpha * x; }
  float slope(float x, float) const { return x > 0.0f ? 1.0f : alpha; }
  float alpha;
};

struct Slopes {
  Multiplier identity, slope;
};
Slopes slopes_of(const ProgramLayer &l, const ProgramTensor &x, const ProgramTensor &y) {
  const float sx = scale_of(l, x), sy = scale_of(l, y), alpha = l.attrs.number("alpha");
  require(alpha > 0, l, "alpha must be positive");
  check_accumulator(l, x.dtype == DType::kInt16 ? 32768 : 255, (sx / sy) * std::max(1.0, double{alpha}));
  return {quantize_multiplier(sx / sy), quantize_multiplier(sx * alpha / sy)};
}

WideCall wide_leaky(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = values_out(p, l, 0, x);
  const Slopes m = slopes_of(l, x, y);
  const mote_rescale_params q{element_count(x), 0, 0, m.identity.value, m.identity.shift, -32768, 32767};
  return {[q, m](HostInputs in, HostOutputs out) {
            mote_leaky_relu_s16(&q, m.slope.value, m.slope.shift, in[0], out[0]);
          },
          {"mote_leaky_relu_s16",
           "rescale_s16.c",
           "mote_rescale_params",
           rescale_fields(q),
           {},
           {"params", std::to_string(m.slope.value), std::to_string(m.slope.shift), "in0", "out0"}}};
}

Tflite leaky_tflite() {
  constexpr int kLeakyRelu = 98;
  return {{kLeakyRelu},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            return TfOperator{kLeakyRelu, is_int16(p, l) ? 2 : 1,
                              TfLeakyRelu{static_cast<float>(l.attrs.number("alpha"))}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
            const auto *o = std::get_if<TfLeakyRelu>(&op.options);
            require(o != nullptr, l, "has no options");
            return Attrs{{"alpha", double{o->alpha}}};
          }};
}

}  // namespace

const OpDef &leaky_relu_op() {
  static const OpDef kOp = [] {
    OpDef op = trainable_curve<Curve>(lookup_op(
        "leaky_relu", "x for x > 0, alpha x below.", {{"alpha", 0.2, "slope below zero", {}, -1e6, 1e6}},
        [](const IntegerProgram &p, const ProgramLayer &l) {
          const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kInt8);
          const int zx = zero_point_of(l, x), zy = zero_point_of(l, y);
          const Slopes slopes = slopes_of(l, x, y);
          Table table;
          for (int i = -128; i <= 127; ++i) {
            const Multiplier &m = i - zx >= 0 ? slopes.identity : slopes.slope;
            table[i + 128] = mote_clamp_s8(mote_requantize(i - zx, m.value, m.shift) + zy, -128, 127);
          }
          return table;
        },
        leaky_tflite(), wide_leaky));
    op.properties = {Property::kTakesInt16, Property::kElementwise, Property::kHomogeneous};
    return op;
  }();
  return kOp;
}

}  // namespace mote::ops
