// pad: a border of the zero point, or of a given value.
#include <fmt/format.h>

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

constexpr int kPad = 34, kPadV2 = 60;
constexpr int64_t kZeroPoint = kBorderOfZeroPoint;

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) {
  require(!l.inputs.empty() && l.inputs[0] >= 0 && !l.outputs.empty(), l, "needs an input and an output");
  const ProgramTensor &x = p.tensor(l.inputs[0]), &y = p.tensor(l.outputs[0]);
  require(x.dtype == y.dtype, l, "input and output have different types");
  require_same_scale(l, x, y);
  const bool is_wide = x.dtype == DType::kInt16;
  require(is_wide || x.dtype == DType::kInt8, l,
          fmt::format("works on int8 and int16, not on {}", dtype_name(x.dtype)));
  const std::vector<int> before = ints(l.attrs, "before"), after = ints(l.attrs, "after");
  require(std::ssize(before) == x.shape.rank() && before.size() == after.size() &&
              y.shape.rank() == x.shape.rank(),
          l, "its paddings do not fit the input", ErrorCode::kShape);
  const std::vector<int> out_stride = strides_of(y.shape);
  int offset = 0;
  for (int d = 0; d < x.shape.rank(); ++d) {
    const size_t i = d;
    require(int64_t{x.shape[d]} + before[i] + after[i] == y.shape[d], l,
            fmt::format("output {} does not fit", y.shape.text()), ErrorCode::kShape);
    offset += before[i] * out_stride[i];
  }
  const int given = l.attrs.integer("value"), value = given == kZeroPoint ? zero_point_of(l, y) : given;
  return {
      value,
      element_count(y),
      {make_move(l, 0, 0, dtype_bytes(x.dtype), x.shape.dims(), strides_of(x.shape), 0, out_stride, offset)},
      is_wide};
}

// Float nodes leave out the batch.
std::vector<BlockAxis> float_axes(const NodeView &v) {
  const std::vector<int> before = ints(*v.attrs, "before"), after = ints(*v.attrs, "after"),
                         strides = strides_of(v.in[0]);
  const size_t rank = v.in[0].rank();
  if (before.size() != rank || after.size() != rank)
    throw Error(ErrorCode::kShape, in_layer("pad", v.name),
                fmt::format("pads {} axes of {}", before.size(), v.in[0].text()));
  std::vector<BlockAxis> axes;
  for (size_t d = 0; d < rank; ++d) {
    const int size = v.in[0][d];
    axes.push_back({before[d] + size + after[d], strides[d], -before[d], 1, size});
  }
  return axes;
}

std::vector<int> float_table(const NodeView &v) { return block_table(float_axes(v)); }

Shape pad_shape(const NodeView &v) {
  std::vector<int> dims;
  for (const BlockAxis &axis : float_axes(v)) dims.push_back(axis.count);
  return Shape(dims);
}

void pad_lower(Lowering &l) {
  Values before = l.node.attrs->list("before"), after = l.node.attrs->list("after");
  before.insert(before.begin(), 0);
  after.insert(after.begin(), 0);
  l.program.layers.push_back(
      {"pad", l.node.name, {{"before", before}, {"after", after}, {"value", kZeroPoint}}, l.x, {l.y}});
}

}  // namespace

const OpDef &pad_op() {
  static const OpDef kOp = moving_op(
      {.name = "pad",
       .doc = "A border around the input.",
       .attrs = {{"before", Values{0}, "values before, per axis", {}, 0, 1e9},
                 {"after", Values{0}, "values behind, per axis", {}, 0, 1e9},
                 {"value",
                  kZeroPoint,
                  "quantized value of the border; -100000: the zero point",
                  {},
                  kZeroPoint,
                  32767}},
       .trained = {Structure{pad_shape}, gather_forward(float_table), gather_backward(float_table),
                   Integer(pad_lower)},
       .moves = moves_of,
       .tflite =
           Tflite{{kPad, kPadV2},
                  [](const IntegerProgram &p, const ProgramLayer &l) {
                    const std::vector<int> before = ints(l.attrs, "before"), after = ints(l.attrs, "after");
                    std::vector<int> pairs;
                    for (size_t d = 0; d < before.size(); ++d) {
                      pairs.push_back(before[d]);
                      pairs.push_back(after[d]);
                    }
                    const TfOperand paddings{-1, pairs, {static_cast<int>(before.size()), 2}};
                    const int version = before.size() > 4 ? 4
                                        : is_int16(p, l)  ? 3
                                                          : 2,
                              value = l.attrs.integer("value");
                    if (value == kZeroPoint) return TfOperator{kPad, version, TfPad{}, {{0}, paddings}};
                    const ProgramTensor &x = p.tensor(l.inputs[0]);
                    return TfOperator{
                        kPadV2, version, TfPadV2{}, {{0}, paddings, {-1, {value}, {0}, x.dtype, x.quant}}};
                  },
                  [](const TfOperator &op, const IntegerProgram &p, ProgramLayer &l) {
                    const std::vector<int> pairs = constant_values(p, l, 1);
                    Values before, after;
                    for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
                      before.push_back(pairs[i]);
                      after.push_back(pairs[i + 1]);
                    }
                    Attrs attrs{{"before", before}, {"after", after}};
                    if (op.builtin_code == kPadV2 && is_int16(p, l))
                      attrs["value"] = int64_t{constant_of(p, l, 2, DType::kInt16).values<int16_t>()[0]};
                    else if (op.builtin_code == kPadV2)
                      attrs["value"] = int64_t{constant_of(p, l, 2, DType::kInt8).values<int8_t>()[0]};
                    l.inputs.resize(1);
                    return attrs;
                  }},
       .output_range = OutputRange::kSameAsInput,
       .channels = same_channels});
  return kOp;
}

}  // namespace mote::ops
