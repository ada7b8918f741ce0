// concatenation: inputs one after the other along an axis.
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
  const std::vector<int> out_stride = strides_of(y.shape);
  Moves moves;
  int64_t done = 0;
  for (size_t i = 0; i < l.inputs.size(); ++i) {
    require(l.inputs[i] >= 0, l, fmt::format("input {} is missing", i));
    const ProgramTensor &x = p.tensor(l.inputs[i]);
    require(x.dtype == y.dtype && x.shape.rank() == y.shape.rank(), l,
            fmt::format("input {} {} does not fit output {}", i, x.shape.text(), y.shape.text()),
            ErrorCode::kShape);
    require_same_scale(l, x, y);
    for (int d = 0; d < y.shape.rank(); ++d)
      require(d == axis || x.shape[d] == y.shape[d], l,
              fmt::format("input {} {} does not fit output {}", i, x.shape.text(), y.shape.text()),
              ErrorCode::kShape);
    const int64_t end = done + x.shape[axis];
    require(end <= y.shape[axis], l, fmt::format("its inputs are longer than output {}", y.shape.text()),
            ErrorCode::kShape);
    moves.list.push_back(make_move(l, i, 0, dtype_bytes(x.dtype), x.shape.dims(), strides_of(x.shape), 0,
                                   out_stride,
                                   static_cast<int>(done) * out_stride[static_cast<size_t>(axis)]));
    done = end;
  }
  require(done == y.shape[axis], l, fmt::format("its inputs are shorter than output {}", y.shape.text()),
          ErrorCode::kShape);
  return moves;
}

}  // namespace

const OpDef &concatenation_op() {
  const NotSupported imported = imported_only("concatenation");
  static const OpDef kOp{
      .name = "concatenation",
      .doc = "Inputs one after the other along an axis.",
      .attrs = {{"axis", int64_t{-1}, "the axis", {}, -6, 5}},
      .structure = imported,
      .forward = imported,
      .backward = imported,
      .integer = imported,
      .run = run_of(moves_of),
      .c = c_of(moves_of),
      .tflite =
          Tflite{{2},
                 [](const IntegerProgram &, const ProgramLayer &l) {
                   return TfOperator{2, 2, TfConcatenation{l.attrs.integer("axis"), TfActivation::kNone}};
                 },
                 [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
                   const auto *o = std::get_if<TfConcatenation>(&op.options);
                   require(o == nullptr || o->activation == TfActivation::kNone, l,
                           "fuses an activation, which is not supported");
                   return Attrs{{"axis", int64_t{o ? o->axis : 0}}};
                 }},
      .cost = CostOf([](const std::vector<Shape> &, const Shape &, const Attrs &) { return Cost{}; }),
      .takes_int16 = true,
      .output_range = OutputRange::kSameAsInput};
  return kOp;
}

}  // namespace mote::ops
