// dequantize: int8 or int16 to float32. Found at the end of some .tflite files.
#include "mote_runtime.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

struct ToFloat {
  int32_t count;
  float scale;
  int zero_point;
  bool from_int16;
};
ToFloat prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const ProgramTensor &x = values_in(p, l, 0), &y = output_of(p, l, 0, DType::kFloat32);
  require(x.shape.elements() == y.shape.elements(), l, "input and output differ in size", ErrorCode::kShape);
  return {element_count(x), scale_of(l, x), zero_point_of(l, x), is_int16(p, l)};
}

HostCall dequantize_run(const IntegerProgram &p, const ProgramLayer &l) {
  return [q = prepare(p, l)](HostInputs in, HostOutputs out) {
    float *y = out[0];
    if (q.from_int16)
      mote_dequantize_s16_f32(in[0], q.count, q.scale, y);
    else
      mote_dequantize_s8_f32(in[0], q.count, q.scale, q.zero_point, y);
  };
}

CCall dequantize_c(const IntegerProgram &p, const ProgramLayer &l) {
  const ToFloat q = prepare(p, l);
  CCall call{
      "mote_dequantize_s8_f32", "quantize.c", "", {}, {}, {"in0", std::to_string(q.count), c_float(q.scale)}};
  if (q.from_int16) {
    call.routine = "mote_dequantize_s16_f32";
    call.source = "rescale_s16.c";
  } else
    call.arguments.push_back(std::to_string(q.zero_point));
  call.arguments.push_back("out0");
  return call;
}

}  // namespace

const OpDef &dequantize_op() {
  constexpr int kDequantize = 6;
  const NotSupported kBorder{
      "dequantize stands at the border of an imported int8 model; a float model has no such layer"};
  static const OpDef kOp{
      .name = "dequantize",
      .doc = "int8 or int16 to float32 (imported models).",
      .attrs = {},
      .structure = kBorder,
      .forward = kBorder,
      .backward = kBorder,
      .integer = kBorder,
      .run = HostRun(dequantize_run),
      .c = EmitC(dequantize_c),
      .tflite = Tflite{{kDequantize},
                       [](const IntegerProgram &p, const ProgramLayer &l) {
                         return TfOperator{kDequantize, is_int16(p, l) ? 3 : 2, TfDequantize{}, {}};
                       },
                       [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; },
                       true},
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16},
      .output_range = OutputRange::kCalibrated};
  return kOp;
}

}  // namespace mote::ops
