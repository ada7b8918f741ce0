// relu: max(x, 0). After a layer that takes an activation it costs nothing: the layer clamps.
#include "kernels/loops.h"
#include "ops/channel_support.h"
#include "ops/integer_support.h"
#include "ops/op_list.h"
#include "ops/rescale_support.h"

namespace mote::ops {
namespace {

Forward relu_forward() {
  return {.compile = [](const NodeView &v) {
    return [size = v.out.elements()](const ForwardArgs &a) {
      kernels::loops().relu(a.x[0], size * a.rows, a.y);
    };
  }};
}

Backward relu_backward() {
  return {.compile =
              [](const NodeView &v) {
                return [size = v.out.elements()](const BackwardArgs &a) {
                  if (a.dx[0] != nullptr)
                    kernels::loops().relu_gradient(a.y, a.dy, size * a.rows, a.is_adding[0], a.dx[0]);
                };
              },
          .overwrites = true};
}

Tflite relu_tflite() {
  constexpr int kRelu = 19;
  return {{kRelu},
          [](const IntegerProgram &p, const ProgramLayer &l) {
            return TfOperator{kRelu, is_int16(p, l) ? 3 : 2, TfNoOptions{}, {}};
          },
          [](const TfOperator &, const IntegerProgram &, ProgramLayer &) { return Attrs{}; }};
}

}  // namespace

const OpDef &relu_op() {
  static const OpDef kOp{
      .name = "relu",
      .doc = "max(x, 0).",
      .attrs = {},
      .structure = Structure{[](const NodeView &v) { return v.in[0]; }},
      .forward = relu_forward(),
      .backward = relu_backward(),
      .integer = Integer([](Lowering &l) {
        l.program.layers.push_back({"relu", l.node.name, {}, {l.x[0]}, {l.y}});
      }),
      .run = HostRun([](const IntegerProgram &p, const ProgramLayer &l) {
        return rescale_run(rescale_params(p, l, FusedActivation::kRelu));
      }),
      .c = EmitC([](const IntegerProgram &p, const ProgramLayer &l) {
        return rescale_call(rescale_params(p, l, FusedActivation::kRelu));
      }),
      .tflite = relu_tflite(),
      .cost = CostOf(no_macs),
      .properties = {Property::kTakesInt16, Property::kElementwise, Property::kHomogeneous},
      .output_range = OutputRange::kCalibrated,
      .activation = FusedActivation::kRelu,
      .channels = same_channels};
  return kOp;
}

}  // namespace mote::ops
