// split: equal parts along an axis.
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
  const int axis = normal_axis(l, l.attrs.integer("axis"), x.shape.rank()),
            parts = static_cast<int>(l.outputs.size());
  require(x.shape[axis] % parts == 0, l,
          fmt::format("{} does not divide into {} parts", x.shape.text(), parts), ErrorCode::kShape);
  std::vector<int> dims = x.shape.dims();
  dims[static_cast<size_t>(axis)] /= parts;
  const std::vector<int> in_stride = strides_of(x.shape);
  Moves moves;
  for (size_t i = 0; i < l.outputs.size(); ++i) {
    const ProgramTensor &y = p.tensor(l.outputs[i]);
    require(y.dtype == x.dtype && y.shape == Shape(dims), l,
            fmt::format("output {} {} should be {}", i, y.shape.text(), Shape(dims).text()),
            ErrorCode::kShape);
    require_same_scale(l, x, y);
    const int offset =
        static_cast<int>(i) * dims[static_cast<size_t>(axis)] * in_stride[static_cast<size_t>(axis)];
    moves.list.push_back(
        make_move(l, 0, i, dtype_bytes(x.dtype), dims, in_stride, offset, strides_of(y.shape), 0));
  }
  return moves;
}

}  // namespace

const OpDef &split_op() {
  const NotSupported imported = imported_only("split");
  static const OpDef kOp{
      .name = "split",
      .doc = "Equal parts along an axis, one output each.",
      .attrs = {{"axis", int64_t{0}, "the axis", {}, -6, 5}},
      .structure = imported,
      .forward = imported,
      .backward = imported,
      .integer = imported,
      .run = run_of(moves_of),
      .c = c_of(moves_of),
      .tflite = Tflite{{49},
                       [](const IntegerProgram &, const ProgramLayer &l) {
                         return TfOperator{49,
                                           2,
                                           TfSplit{static_cast<int>(l.outputs.size())},
                                           {{-1, {l.attrs.integer("axis")}, {0}}, {0}}};
                       },
                       [](const TfOperator &, const IntegerProgram &p, ProgramLayer &l) {
                         const std::vector<int> axis = constant_values(p, l, 0);
                         require(axis.size() == 1 && l.inputs.size() >= 2, l, "needs one axis and an input");
                         l.inputs = {l.inputs[1]};
                         return Attrs{{"axis", int64_t{axis[0]}}};
                       }},
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .takes_int16 = true,
      .output_range = OutputRange::kSameAsInput};
  return kOp;
}

}  // namespace mote::ops
