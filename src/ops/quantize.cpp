// quantize: float32 to int8 or int16, or such a tensor into another scale or width. Found in .tflite files
// and at the border of int16 layers; mote's own models quantize their input in the front end.
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
  bool to_int16;
};
FromFloat prepare(const IntegerProgram &p, const ProgramLayer &l) {
  const bool to_int16 = !l.outputs.empty() && p.tensor(l.outputs[0]).dtype == DType::kInt16;
  const ProgramTensor &x = input_of(p, l, 0, DType::kFloat32),
                      &y = output_of(p, l, 0, to_int16 ? DType::kInt16 : DType::kInt8);
  require(x.shape.elements() == y.shape.elements(), l, "input and output differ in size", ErrorCode::kShape);
  require(!to_int16 || zero_point_of(l, y) == 0, l, "an int16 output must have the zero point 0");
  return {element_count(x), scale_of(l, y), zero_point_of(l, y), to_int16};
}

HostCall quantize_run(const IntegerProgram &p, const ProgramLayer &l) {
  if (!is_from_float(p, l)) return rescale_run(rescale_params(p, l, FusedActivation::kNone));
  return [q = prepare(p, l)](HostInputs in, HostOutputs out) {
    const float *x = in[0];
    if (q.to_int16)
      mote_quantize_f32_s16(x, q.count, q.scale, out[0]);
    else
      mote_quantize_f32_s8(x, q.count, q.scale, q.zero_point, out[0]);
  };
}

CCall quantize_c(const IntegerProgram &p, const ProgramLayer &l) {
  if (!is_from_float(p, l)) return rescale_call(rescale_params(p, l, FusedActivation::kNone));
  const FromFloat q = prepare(p, l);
  CCall call{
      "mote_quantize_f32_s8", "quantize.c", "", {}, {}, {"in0", std::to_string(q.count), c_float(q.scale)}};
  if (q.to_int16) {
    call.routine = "mote_quantize_f32_s16";
    call.source = "rescale_s16.c";
  } else
    call.arguments.push_back(std::to_string(q.zero_point));
  call.arguments.push_back("out0");
  return call;
}

}  // namespace

const OpDef &quantize_op() {
  constexpr int kQuantize = 114;
  const NotSupported kBorder{
      "quantize stands at the border of an imported int8 model; a float model has no such layer"};
  static const OpDef kOp{
      .name = "quantize",
      .doc = "float32 to int8 or int16, or a tensor of these into another scale or width.",
      .attrs = {},
      .structure = kBorder,
      .forward = kBorder,
      .backward = kBorder,
      .integer = kBorder,
      .run = HostRun(quantize_run),
      .c = EmitC(quantize_c),
      .tflite = Tflite{{kQuantize},
                       [](const IntegerProgram &p, const ProgramLayer &l) {
                         const bool is_wide = p.tensor(l.outputs[0]).dtype == DType::kInt16;
                         return TfOperator{kQuantize, is_wide ? 2 : 1, TfQuantize{}, {}};
                       },
                       [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; },
                       true},
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kElementwise},
      .output_range = OutputRange::kCalibrated,
      // between uint8 and int8, mostly, which are one type inside
      .leaves_values = [](const IntegerProgram &p, const ProgramLayer &l) {
        const ProgramTensor &x = p.tensor(l.inputs[0]), &y = p.tensor(l.outputs[0]);
        return x.dtype == y.dtype && x.quant.scale == y.quant.scale &&
               x.quant.zero_point == y.quant.zero_point;
      }};
  return kOp;
}

}  // namespace mote::ops
