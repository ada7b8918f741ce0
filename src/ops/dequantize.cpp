// dequantize: int8 to float32. Found at the end of some .tflite files.
#include "mote_runtime.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

struct ToFloat {
  int32_t count;
  float scale;
  int zero_point;
};
ToFloat prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = input_of(p, l, 0, DType::kInt8), &y = output_of(p, l, 0, DType::kFloat32);
  require(x.shape.elements() == y.shape.elements(), l, "input and output differ in size", ErrorCode::kShape);
  return {static_cast<int32_t>(x.shape.elements()), scale_of(l, x), zero_point_of(l, x)};
}

}  // namespace

const OpDef &dequantize_op() {
  constexpr int kDequantize = 6;
  const NotSupported kBorder{
      "dequantize stands at the border of an imported int8 model; a float model has no such layer"};
  static const OpDef kOp{
      .name = "dequantize",
      .doc = "int8 to float32 (imported models).",
      .attrs = {},
      .structure = kBorder,
      .forward = kBorder,
      .backward = kBorder,
      .integer = kBorder,
      .run = Run([](const IntegerProgram &p, const ProgramLayer &l) -> HostCall {
        return [q = prepare(p, l)](const void *const *in, void *const *out) {
          mote_dequantize_s8_f32(static_cast<const int8_t *>(in[0]), q.count, q.scale, q.zero_point,
                                 static_cast<float *>(out[0]));
        };
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) -> CCall {
        const ToFloat q = prepare(p, l);
        return {"mote_dequantize_s8_f32",
                "quantize.c",
                "",
                {},
                {},
                {"in0", std::to_string(q.count), c_float(q.scale), std::to_string(q.zero_point), "out0"}};
      }),
      .tflite = Tflite{{kDequantize},
                       [](const IntegerProgram &, const ProgramLayer &) {
                         return TfOperator{kDequantize, 2, TfDequantize{}, {}};
                       },
                       [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; }},
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; })};
  return kOp;
}

}  // namespace mote::ops
