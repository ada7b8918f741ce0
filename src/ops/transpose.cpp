// transpose: axes in another order.
#include <fmt/format.h>

#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

using Values = std::vector<int64_t>;

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0 && !l.outputs.empty(), l, "needs an input and an output");
  const ProgramTensor &x = p.tensor(l.inputs[0]), &y = p.tensor(l.outputs[0]);
  require(x.dtype == y.dtype, l, "input and output have different types");
  require_same_scale(l, x, y);
  const std::vector<int> perm = ints(l.attrs, "perm"), strides = strides_of(x.shape);
  require(std::ssize(perm) == x.shape.rank() && y.shape.rank() == x.shape.rank(), l,
          fmt::format("{} axes are permuted in {}", perm.size(), x.shape.text()), ErrorCode::kShape);
  std::vector<int> count, in_stride;
  std::vector<bool> seen(perm.size());
  for (size_t d = 0; d < perm.size(); ++d) {
    const size_t from = perm[d];
    require(from < perm.size() && !seen[from], l, "its permutation repeats an axis", ErrorCode::kShape);
    seen[from] = true;
    require(y.shape[d] == x.shape[perm[d]], l, fmt::format("output {} does not fit", y.shape.text()),
            ErrorCode::kShape);
    count.push_back(x.shape[perm[d]]);
    in_stride.push_back(strides[from]);
  }
  return {std::nullopt,
          0,
          {make_move(l, 0, 0, dtype_bytes(x.dtype), count, in_stride, 0, strides_of(y.shape), 0)}};
}

}  // namespace

const OpDef &transpose_op() {
  static const OpDef kOp = moving_op(
      {.name = "transpose",
       .doc = "Axes in another order.",
       .attrs = {{"perm", Values{0}, "for each output axis the input axis", {}, 0, 5}},
       .trained = imported_form("transpose"),
       .moves = moves_of,
       .tflite = Tflite{{39},
                        [](const IntegerProgram &p, const ProgramLayer &l) {
                          const int rank = p.tensor(l.inputs[0]).shape.rank();
                          const int version = rank > 5 ? 6 : is_int16(p, l) ? 5 : rank > 4 ? 4 : 2;
                          return TfOperator{39, version, TfTranspose{}, {{0}, {-1, ints(l.attrs, "perm")}}};
                        },
                        [](const TfOperator &, const IntegerProgram &p, ProgramLayer &l) {
                          Values perm;
                          require(!l.inputs.empty() && l.inputs[0] >= 0, l, "needs an input");
                          const int rank = p.tensor(l.inputs[0]).shape.rank();
                          for (int axis : constant_values(p, l, 1))
                            perm.push_back(normal_axis(l, axis, rank));
                          l.inputs.resize(1);
                          return Attrs{{"perm", perm}};
                        }},
       .output_range = OutputRange::kSameAsInput});
  return kOp;
}

}  // namespace mote::ops
