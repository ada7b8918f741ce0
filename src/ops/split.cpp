// split: parts along an axis.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

constexpr int kSplit = 49, kSplitV = 102;

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) { return take_parts(p, l, Parts::kJoined); }

TfOperator split_write(const IntegerProgram &p, const ProgramLayer &l) {
  const int parts = l.outputs.size(), axis = l.attrs.integer("axis"), version = is_int16(p, l) ? 4 : 2;
  std::vector<int> sizes;
  for (int t : l.outputs) sizes.push_back(p.tensor(t).shape[axis]);
  const TfOperand axis_operand{TfOperand::kNone, {axis}, {0}};
  if (std::adjacent_find(sizes.begin(), sizes.end(), std::not_equal_to<>()) == sizes.end())
    return {kSplit, version, TfSplit{parts}, {axis_operand, {0}}};
  return {kSplitV, 2, TfSplitV{parts}, {{0}, {TfOperand::kNone, sizes}, axis_operand}};
}

// SPLIT has (axis, x), SPLIT_V (x, sizes, axis); the sizes are those of the outputs.
Attrs split_read(const TfOperator &op, const IntegerProgram &p, ProgramLayer &l) {
  const bool is_v = op.builtin_code == kSplitV;
  const std::vector<int> axis = constant_values(p, l, is_v ? 2 : 0);
  require(axis.size() == 1 && l.inputs.size() >= 2, l, "needs one axis and an input");
  if (is_v) {
    const std::vector<int> sizes = constant_values(p, l, 1);
    require(sizes.size() == l.outputs.size() && l.inputs[0] >= 0, l, "needs a size for each output");
    const int rank = p.tensor(l.inputs[0]).shape.rank(), at = normal_axis(l, axis[0], rank);
    for (size_t i = 0; i < sizes.size(); ++i) {  // one -1 takes what is left
      const Shape &shape = p.tensor(l.outputs[i]).shape;
      require(shape.rank() == rank && (sizes[i] == -1 || sizes[i] == shape[at]), l,
              fmt::format("output {} {} has not the size {}", i, shape.text(), sizes[i]), ErrorCode::kShape);
    }
  }
  l.inputs = {l.inputs[is_v ? 0 : 1]};
  return Attrs{{"axis", int64_t{axis[0]}}};
}

}  // namespace

const OpDef &split_op() {
  static const OpDef kOp = moving_op({.name = "split",
                                      .doc = "Parts along an axis, one output each.",
                                      .attrs = {{"axis", int64_t{0}, "the axis", {}, -6, 5}},
                                      .trained = imported_form("split"),
                                      .moves = moves_of,
                                      .tflite = Tflite{{kSplit, kSplitV}, split_write, split_read},
                                      .output_range = OutputRange::kSameAsInput});
  return kOp;
}

}  // namespace mote::ops
