// pack: inputs stacked along a new axis.
#include <fmt/format.h>

#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

using Values = std::vector<int64_t>;

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && !l.outputs.empty(), l, "needs inputs and an output");
  const ProgramTensor &y = p.tensor(l.outputs[0]);
  const int axis = normal_axis(l, l.attrs.integer("axis"), y.shape.rank());
  std::vector<int> dims = y.shape.dims(), out_stride = strides_of(y.shape);
  require(dims[static_cast<size_t>(axis)] == static_cast<int>(l.inputs.size()), l,
          fmt::format("{} inputs do not make {}", l.inputs.size(), y.shape.text()), ErrorCode::kShape);
  const int step = out_stride[static_cast<size_t>(axis)];
  dims.erase(dims.begin() + axis), out_stride.erase(out_stride.begin() + axis);
  Moves moves;
  for (size_t i = 0; i < l.inputs.size(); ++i) {
    require(l.inputs[i] >= 0, l, fmt::format("input {} is missing", i));
    const ProgramTensor &x = p.tensor(l.inputs[i]);
    require(x.dtype == y.dtype && x.shape == Shape(dims), l,
            fmt::format("input {} {} should be {}", i, x.shape.text(), Shape(dims).text()),
            ErrorCode::kShape);
    require_same_scale(l, x, y);
    moves.list.push_back(make_move(l, i, 0, dtype_bytes(x.dtype), dims, strides_of(x.shape), 0, out_stride,
                                   static_cast<int>(i) * step));
  }
  return moves;
}

}  // namespace

const OpDef &pack_op() {
  const NotSupported imported = imported_only("pack");
  static const OpDef kOp{
      .name = "pack",
      .doc = "Inputs stacked along a new axis.",
      .attrs = {{"axis", int64_t{0}, "the new axis", {}, -6, 5}},
      .structure = imported,
      .forward = imported,
      .backward = imported,
      .integer = imported,
      .run = run_of(moves_of),
      .c = c_of(moves_of),
      .tflite = Tflite{
          {83},
          [](const IntegerProgram &, const ProgramLayer &l) {
            return TfOperator{83, 2, TfPack{static_cast<int>(l.inputs.size()), l.attrs.integer("axis")}};
          },
          [](const TfOperator &op, const IntegerProgram &, ProgramLayer &) {
            const auto *o = std::get_if<TfPack>(&op.options);
            return Attrs{{"axis", int64_t{o ? o->axis : 0}}};
          }},
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .takes_int16 = true,
      .output_range = OutputRange::kSameAsInput};
  return kOp;
}

}  // namespace mote::ops
