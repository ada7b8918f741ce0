// strided_slice: a block of the input with a step per axis; SLICE is the case of step 1.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "ops/channel_support.h"
#include "ops/gather_support.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

using Values = std::vector<int64_t>;

// Begin, end, stride and masks of STRIDED_SLICE, or begin and size of SLICE, to first index, count and step.
Attrs read_slice(const TfOperator &op, const IntegerProgram &p, ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0, l, "needs an input");
  const Shape &shape = p.tensor(l.inputs[0]).shape;
  const size_t rank = shape.rank();
  const std::vector<int> begin = constant_values(p, l, 1), end = constant_values(p, l, 2);
  const auto *o = std::get_if<TfStridedSlice>(&op.options);
  const std::vector<int> stride = o ? constant_values(p, l, 3) : std::vector<int>(rank, 1);
  require(o == nullptr || (o->ellipsis_mask == 0 && o->new_axis_mask == 0), l,
          "has an ellipsis or a new axis, which is not supported");
  require(begin.size() == rank && end.size() == rank && stride.size() == rank, l,
          "its block does not fit the input", ErrorCode::kShape);
  Values first, count, step;
  for (size_t d = 0; d < rank; ++d) {
    const int64_t size = shape[d], s = stride[d];
    require(s != 0, l, "has a stride of 0");
    if (o == nullptr) {
      first.push_back(begin[d]);
      count.push_back(end[d] == -1 ? size - begin[d] : end[d]);
      step.push_back(1);
      continue;
    }
    const auto place = [&](int64_t v) {
      return std::clamp<int64_t>(v < 0 ? v + size : v, s > 0 ? 0 : -1, s > 0 ? size : size - 1);
    };
    const bool is_single = (o->shrink_axis_mask >> d) & 1;
    const int64_t from = !is_single && ((o->begin_mask >> d) & 1) ? (s > 0 ? 0 : size - 1) : place(begin[d]);
    const int64_t to = (o->end_mask >> d) & 1 ? (s > 0 ? size : -1) : place(end[d]);
    const int64_t n = is_single ? 1 : s > 0 ? (to - from + s - 1) / s : (to - from + s + 1) / s;
    require(n > 0, l, "takes nothing of the input", ErrorCode::kShape);
    first.push_back(from);
    count.push_back(n);
    step.push_back(is_single ? 1 : s);
  }
  l.inputs.resize(1);
  return {{"begin", first}, {"count", count}, {"step", step}};
}

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0 && !l.outputs.empty(), l, "needs an input and an output");
  const ProgramTensor &x = p.tensor(l.inputs[0]), &y = p.tensor(l.outputs[0]);
  require(x.dtype == y.dtype, l, "input and output have different types");
  require_same_scale(l, x, y);
  const std::vector<int> begin = ints(l.attrs, "begin"), count = ints(l.attrs, "count"),
                         step = ints(l.attrs, "step"), strides = strides_of(x.shape);
  const size_t rank = x.shape.rank();
  require(begin.size() == rank && count.size() == rank && step.size() == rank, l,
          "its block does not fit the input", ErrorCode::kShape);
  std::vector<int> in_stride;
  int offset = 0;
  size_t elements = 1;
  for (size_t d = 0; d < rank; ++d) {
    const int64_t last = begin[d] + int64_t{count[d] - 1} * step[d];
    require(begin[d] >= 0 && begin[d] < x.shape[d] && last >= 0 && last < x.shape[d], l,
            fmt::format("its block leaves the input {}", x.shape.text()), ErrorCode::kShape);
    offset += begin[d] * strides[d];
    in_stride.push_back(count[d] == 1 ? 0 : step[d] * strides[d]);
    elements *= count[d];
  }
  require(elements == y.shape.elements(), l,
          fmt::format("output {} does not have {} values", y.shape.text(), elements), ErrorCode::kShape);
  return {std::nullopt,
          0,
          {make_move(l, 0, 0, dtype_bytes(x.dtype), count, in_stride, offset, strides_of(Shape(count)), 0)}};
}

// Float nodes leave out the batch.
std::vector<BlockAxis> float_axes(const NodeView &v) {
  const std::vector<int> begin = ints(*v.attrs, "begin"), count = ints(*v.attrs, "count"),
                         step = ints(*v.attrs, "step"), strides = strides_of(v.in[0]);
  const size_t rank = v.in[0].rank();
  const auto fail = [&] {
    return Error(ErrorCode::kShape, in_layer("strided_slice", v.name),
                 fmt::format("its block does not lie within {}", v.in[0].text()));
  };
  if (begin.size() != rank || count.size() != rank || step.size() != rank) throw fail();
  std::vector<BlockAxis> axes;
  for (size_t d = 0; d < rank; ++d) {
    const int size = v.in[0][d];
    const int64_t last = begin[d] + int64_t{count[d] - 1} * step[d];
    if (count[d] < 1 || begin[d] < 0 || begin[d] >= size || last < 0 || last >= size) throw fail();
    axes.push_back({count[d], strides[d], begin[d], step[d], size});
  }
  return axes;
}

std::vector<int> float_table(const NodeView &v) { return block_table(float_axes(v)); }

Shape slice_shape(const NodeView &v) {
  std::vector<int> dims;
  for (const BlockAxis &axis : float_axes(v)) dims.push_back(axis.count);
  return Shape(dims);
}

void slice_lower(Lowering &l) {
  Attrs attrs;
  for (const char *key : {"begin", "count", "step"}) {
    Values list = l.node.attrs->list(key);
    list.insert(list.begin(), std::string(key) == "begin" ? 0 : 1);
    attrs[key] = list;
  }
  l.program.layers.push_back({"strided_slice", l.node.name, attrs, l.x, {l.y}});
}

}  // namespace

const OpDef &strided_slice_op() {
  static const OpDef kOp = moving_op(
      {.name = "strided_slice",
       .doc = "A block of the input, with a step per axis.",
       .attrs = {{"begin", Values{0}, "first index per axis", {}, -1e9, 1e9},
                 {"count", Values{1}, "indices per axis", {}, 1, 1e9},
                 {"step", Values{1}, "step per axis; may be negative", {}, -1e9, 1e9}},
       .trained = {Structure{slice_shape}, gather_forward(float_table), gather_backward(float_table),
                   Integer(slice_lower)},
       .moves = moves_of,
       .tflite = Tflite{{45, 65},
                        [](const IntegerProgram &p, const ProgramLayer &l) {
                          std::vector<int> begin = ints(l.attrs, "begin"), step = ints(l.attrs, "step"), end;
                          const std::vector<int> count = ints(l.attrs, "count");
                          int end_mask = 0;
                          for (size_t d = 0; d < begin.size(); ++d) {
                            end.push_back(begin[d] + count[d] * step[d]);
                            if (end.back() < 0) {
                              end_mask |= 1 << d;
                              end.back() = 0;
                            }  // a negative step down to index 0
                          }
                          require(p.tensor(l.outputs[0]).shape.rank() == p.tensor(l.inputs[0]).shape.rank(),
                                  l, "dropped axes are not written to .tflite");
                          return TfOperator{45,
                                            begin.size() > 4 ? 4 : 2,
                                            TfStridedSlice{0, end_mask, 0, 0, 0},
                                            {{0}, {-1, begin}, {-1, end}, {-1, step}}};
                        },
                        read_slice},
       .output_range = OutputRange::kSameAsInput,
       .channels = cut_channels});
  return kOp;
}

}  // namespace mote::ops
