// concatenation: inputs one after the other along an axis.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "ops/channel_support.h"
#include "ops/import_support.h"
#include "ops/integer_support.h"
#include "ops/move_support.h"
#include "ops/op_list.h"

namespace mote::ops {
namespace {

Moves moves_of(const IntegerProgram &p, const ProgramLayer &l) { return join_parts(p, l, Parts::kJoined); }

// The axis of a float node leaves out the batch.
int float_axis(const NodeView &v) {
  const int rank = v.in[0].rank(), axis = v.attrs->integer("axis");
  if (axis < -rank || axis >= rank)
    throw Error(ErrorCode::kShape, in_layer("concatenation", v.name),
                fmt::format("axis {} does not exist in {}", axis, v.in[0].text()));
  return axis < 0 ? axis + rank : axis;
}

Shape concat_shape(const NodeView &v) {
  const int axis = float_axis(v);
  std::vector<int> dims = v.in[0].dims();
  dims[axis] = 0;
  for (const Shape &in : v.in) {
    for (int d = 0; d < v.in[0].rank(); ++d)
      if (in.rank() != v.in[0].rank() || (d != axis && in[d] != v.in[0][d]))
        throw Error(ErrorCode::kShape, in_layer("concatenation", v.name),
                    fmt::format("{} and {} differ in more than axis {}", v.in[0].text(), in.text(), axis),
                    "give the branches the same strides and padding");
    dims[axis] += in[axis];
  }
  return Shape(dims);
}

// Each input as pieces of `chunk` values that follow one another in the output every `pitch` values.
struct Pieces {
  size_t count = 1, pitch = 0;
  std::vector<size_t> chunk;
};
Pieces pieces_of(const NodeView &v) {
  const int axis = float_axis(v);
  Pieces p;
  for (int d = 0; d < axis; ++d) p.count *= v.in[0][d];
  for (const Shape &in : v.in) {
    p.chunk.push_back(in.elements() / p.count);
    p.pitch += p.chunk.back();
  }
  return p;
}

Forward concat_forward() {
  return {[](const NodeView &v) {
    return [p = pieces_of(v)](const ForwardArgs &a) {
      size_t offset = 0;
      for (size_t i = 0; i < p.chunk.size(); offset += p.chunk[i++])
        for (size_t k = 0; k < p.count * a.rows; ++k)
          std::copy_n(a.x[i] + k * p.chunk[i], p.chunk[i], a.y + k * p.pitch + offset);
    };
  }};
}

Backward concat_backward() {
  return {[](const NodeView &v) {
    return [p = pieces_of(v)](const BackwardArgs &a) {
      size_t offset = 0;
      for (size_t i = 0; i < p.chunk.size(); offset += p.chunk[i++])
        for (size_t k = 0; a.dx[i] && k < p.count * a.rows; ++k)
          for (size_t c = 0; c < p.chunk[i]; ++c)
            a.dx[i][k * p.chunk[i] + c] += a.dy[k * p.pitch + offset + c];
    };
  }};
}

// The integer form only moves values, so inputs of another scale are brought to the output's first.
void concat_lower(Lowering &l) {
  std::vector<int> inputs;
  for (int x : l.x) {
    const ProgramTensor from = l.program.tensor(x);
    const QuantParams &to = l.program.tensor(l.y).quant;
    if (from.quant.scale == to.scale && from.quant.zero_point == to.zero_point) {
      inputs.push_back(x);
      continue;
    }
    const std::string name = fmt::format("{}/input{}", l.node.name, inputs.size());
    inputs.push_back(l.program.add_tensor({name, from.shape, from.dtype, to, {}, false}));
    l.program.layers.push_back({"quantize", name, {}, {x}, {inputs.back()}});
  }
  l.program.layers.push_back(
      {"concatenation", l.node.name, {{"axis", int64_t{float_axis(l.node) + 1}}}, inputs, {l.y}});
}

}  // namespace

const OpDef &concatenation_op() {
  static const OpDef kOp = moving_op(
      {.name = "concatenation",
       .doc = "Inputs one after the other along an axis.",
       .attrs = {{"axis", int64_t{-1}, "the axis", {}, -6, 5}},
       .trained = {Structure{concat_shape}, concat_forward(), concat_backward(), Integer(concat_lower)},
       .moves = moves_of,
       .tflite = Tflite{{2},
                        [](const IntegerProgram &p, const ProgramLayer &l) {
                          return TfOperator{2, is_int16(p, l) ? 3 : 2,
                                            TfConcatenation{l.attrs.integer("axis"), TfActivation::kNone}};
                        },
                        [](const TfOperator &op, const IntegerProgram &, ProgramLayer &l) {
                          const auto *o = std::get_if<TfConcatenation>(&op.options);
                          require(o == nullptr || o->activation == TfActivation::kNone, l,
                                  "fuses an activation, which is not supported");
                          return Attrs{{"axis", int64_t{o ? o->axis : 0}}};
                        }},
       .output_range = OutputRange::kCalibrated,
       .channels = joined_channels});
  return kOp;
}

}  // namespace mote::ops
