// unpack: one output per index of an axis.
#include <fmt/format.h>

#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

using Values = std::vector<int64_t>;

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0 && !l.outputs.empty(), l, "needs an input and outputs");
  const ProgramTensor &x = p.tensor(l.inputs[0]);
  const int axis = normal_axis(l, l.attrs.integer("axis"), x.shape.rank());
  std::vector<int> dims = x.shape.dims(), in_stride = strides_of(x.shape);
  require(dims[static_cast<size_t>(axis)] == static_cast<int>(l.outputs.size()), l,
          fmt::format("{} has not {} parts", x.shape.text(), l.outputs.size()), ErrorCode::kShape);
  const int step = in_stride[static_cast<size_t>(axis)];
  dims.erase(dims.begin() + axis), in_stride.erase(in_stride.begin() + axis);
  Moves moves;
  for (size_t i = 0; i < l.outputs.size(); ++i) {
    const ProgramTensor &y = p.tensor(l.outputs[i]);
    require(y.dtype == x.dtype && y.shape == Shape(dims), l,
            fmt::format("output {} {} should be {}", i, y.shape.text(), Shape(dims).text()),
            ErrorCode::kShape);
    require_same_scale(l, x, y);
    moves.list.push_back(make_move(l, 0, i, dtype_bytes(x.dtype), dims, in_stride, static_cast<int>(i) * step,
                                   strides_of(y.shape), 0));
  }
  return moves;
}

}  // namespace

const OpDef &unpack_op() {
  const NotSupported imported = imported_only("unpack");
  static const OpDef kOp{
      .name = "unpack",
      .doc = "One output per index of an axis.",
      .attrs = {{"axis", int64_t{0}, "the axis that goes", {}, -6, 5}},
      .structure = imported,
      .forward = imported,
      .backward = imported,
      .integer = imported,
      .run = run_of(moves_of),
      .c = c_of(moves_of),
      .tflite = Tflite{
          {88},
          [](const IntegerProgram &, const ProgramLayer &l) {
            return TfOperator{88, 2, TfUnpack{static_cast<int>(l.outputs.size()), l.attrs.integer("axis")}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &) {
            const auto *o = std::get_if<TfUnpack>(&op.options);
            return Attrs{{"axis", int64_t{o ? o->axis : 0}}};
          }},
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .takes_int16 = true,
      .output_range = OutputRange::kSameAsInput};
  return kOp;
}

}  // namespace mote::ops
