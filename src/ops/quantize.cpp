// quantize: float32 to int8, or an int8 tensor into another scale. Found in .tflite files; mote's own models
// quantize in their front end.
#include <fmt/format.h>

#include "mote_runtime.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/rescale_support.h"

namespace mote::ops {
namespace {

bool is_from_float(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0, l, "needs an input");
  return p.tensor(l.inputs[0]).dtype == DType::kFloat32;
}

struct FromFloat {
  int32_t count;
  float scale;
  int zero_point;
};
FromFloat prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kFloat32), &y = output_of(p, l, 0, DType::kInt8);
  require(x.shape.elements() == y.shape.elements(), l, "input and output differ in size", ErrorCode::kShape);
  return {static_cast<int32_t>(x.shape.elements()), scale_of(l, y), zero_point_of(l, y)};
}

HostCall quantize_run(const IntegerProgram &p, const ProgramLayer &l) {
  if (!is_from_float(p, l)) return rescale_run(rescale_params(p, l, TfActivation::kNone));
  return [q = prepare(p, l)](const void *const *in, void *const *out) {
    mote_quantize_f32_s8(static_cast<const float *>(in[0]), q.count, q.scale, q.zero_point,
                         static_cast<int8_t *>(out[0]));
  };
}

CCall quantize_c(const IntegerProgram &p, const ProgramLayer &l) {
  if (!is_from_float(p, l)) return rescale_call(rescale_params(p, l, TfActivation::kNone));
  const FromFloat q = prepare(p, l);
  return {"mote_quantize_f32_s8",
          "quantize.c",
          "",
          {},
          {},
          {"in0", std::to_string(q.count), c_float(q.scale), std::to_string(q.zero_point), "out0"}};
}

}  // namespace

const OpDef &quantize_op() {
  constexpr int kQuantize = 114;
  const NotSupported kBorder{
      "quantize stands at the border of an imported int8 model; a float model has no such layer"};
  static const OpDef kOp{
      .name = "quantize",
      .doc = "float32 to int8, or int8 to int8 in another scale (imported models).",
      .attrs = {},
      .structure = kBorder,
      .forward = kBorder,
      .backward = kBorder,
      .integer = kBorder,
      .run = Run(quantize_run),
      .c = EmitC(quantize_c),
      .tflite = Tflite{{kQuantize},
                       [](const IntegerProgram &, const ProgramLayer &) {
                         return TfOperator{kQuantize, 1, TfQuantize{}, {}};
                       },
                       [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; }},
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; })};
  return kOp;
}

}  // namespace mote::ops
