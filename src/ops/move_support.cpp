// Strided copies: from a layer's tensors to the list of them, to a call on this machine and to calls in C.
// What moves where is said by the ops (split, pad, transpose, ...); the copying itself is runtime/copy.c.
#include "ops/move_support.h"

#include <fmt/format.h>

#include "ops/import_support.h"
#include "ops/integer_support.h"

namespace mote::ops {

Move make_move(const ProgramLayer &l, size_t input, size_t output, size_t element_bytes,
               const std::vector<int> &count, const std::vector<int> &in_stride, int in_offset,
               const std::vector<int> &out_stride, int out_offset) {
  require(count.size() <= MOTE_MAX_RANK, l,
          fmt::format("has {} dimensions, at most {} are supported", count.size(), MOTE_MAX_RANK));
  Move m{input, output, {}};
  m.params.in_offset = in_offset;
  m.params.out_offset = out_offset;
  m.params.element_bytes = element_bytes;
  const size_t pad = MOTE_MAX_RANK - count.size();
  for (size_t d = 0; d < MOTE_MAX_RANK; ++d) {
    m.params.count[d] = d < pad ? 1 : count[d - pad];
    m.params.in_stride[d] = d < pad ? 0 : in_stride[d - pad];
    m.params.out_stride[d] = d < pad ? 0 : out_stride[d - pad];
  }
  return m;
}

static Moves moves_of_parts(const IntegerProgram &p, const ProgramLayer &l, Parts kind, bool joins) {
  require(!l.inputs.empty() && !l.outputs.empty(), l, "needs inputs and outputs");
  const std::vector<int> &parts = joins ? l.inputs : l.outputs;
  const int whole_index = joins ? l.outputs[0] : l.inputs[0];
  require(whole_index >= 0, l, "needs an input and outputs");
  const ProgramTensor &whole = p.tensor(whole_index);
  const int axis = normal_axis(l, l.attrs.integer("axis"), whole.shape.rank());
  std::vector<int> dims = whole.shape.dims(), stride = strides_of(whole.shape);
  const int step = stride[axis];
  if (kind == Parts::kStacked) {
    dims.erase(dims.begin() + axis);
    stride.erase(stride.begin() + axis);
  }
  Moves moves;
  int64_t done = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    require(parts[i] >= 0, l, fmt::format("part {} is missing", i));
    const ProgramTensor &part = p.tensor(parts[i]);
    int length = 1;
    if (kind == Parts::kJoined && part.shape.rank() == whole.shape.rank())
      dims[axis] = length = part.shape[axis];
    require(part.dtype == whole.dtype && part.shape == Shape(dims) && done + length <= whole.shape[axis], l,
            fmt::format("part {} {} does not fit {}", i, part.shape.text(), whole.shape.text()),
            ErrorCode::kShape);
    require_same_scale(l, part, whole);
    const std::vector<int> part_stride = strides_of(part.shape);
    const int offset = static_cast<int>(done) * step;
    const size_t bytes = dtype_bytes(part.dtype);
    moves.list.push_back(joins ? make_move(l, i, 0, bytes, dims, part_stride, 0, stride, offset)
                               : make_move(l, 0, i, bytes, dims, stride, offset, part_stride, 0));
    done += length;
  }
  require(done == whole.shape[axis], l, fmt::format("its parts do not cover {}", whole.shape.text()),
          ErrorCode::kShape);
  return moves;
}

Moves join_parts(const IntegerProgram &p, const ProgramLayer &l, Parts kind) {
  return moves_of_parts(p, l, kind, true);
}
Moves take_parts(const IntegerProgram &p, const ProgramLayer &l, Parts kind) {
  return moves_of_parts(p, l, kind, false);
}

static HostCall run_moves(Moves moves) {
  return [moves = std::move(moves)](HostInputs in, HostOutputs out) {
    if (moves.fill && moves.is_int16)
      mote_fill_s16(*moves.fill, moves.fill_count, out[0]);
    else if (moves.fill)
      mote_fill_s8(*moves.fill, moves.fill_count, out[0]);
    for (const Move &m : moves.list) mote_copy_strided(&m.params, in[m.input], out[m.output]);
  };
}

static CCalls emit_moves(const Moves &moves) {
  CCalls calls;
  if (moves.fill)
    calls.push_back({moves.is_int16 ? "mote_fill_s16" : "mote_fill_s8",
                     "copy.c",
                     "",
                     {},
                     {},
                     {std::to_string(*moves.fill), std::to_string(moves.fill_count), "out0"}});
  for (const Move &m : moves.list)
    calls.push_back({"mote_copy_strided",
                     "copy.c",
                     "mote_copy_params",
                     {{"count", m.params.count},
                      {"in_stride", m.params.in_stride},
                      {"out_stride", m.params.out_stride},
                      {"in_offset", m.params.in_offset},
                      {"out_offset", m.params.out_offset},
                      {"element_bytes", m.params.element_bytes}},
                     {},
                     {"params", fmt::format("in{}", m.input), fmt::format("out{}", m.output)}});
  return calls;
}

TrainedForm imported_form(const std::string &op) {
  const NotSupported imported = imported_only(op);
  return {imported, imported, imported, imported};
}

OpDef moving_op(MovingOp op) {
  op.tflite.takes_uint8 = true;
  return {.name = op.name,
          .doc = op.doc,
          .attrs = std::move(op.attrs),
          .structure = std::move(op.trained.structure),
          .forward = std::move(op.trained.forward),
          .backward = std::move(op.trained.backward),
          .integer = std::move(op.trained.integer),
          .run = HostRun([moves = op.moves](const IntegerProgram &p, const ProgramLayer &l) {
            return run_moves(moves(p, l));
          }),
          .c = EmitC([moves = op.moves](const IntegerProgram &p, const ProgramLayer &l) {
            return emit_moves(moves(p, l));
          }),
          .tflite = std::move(op.tflite),
          .cost = CostOf(no_macs),
          .properties = {Property::kTakesInt16},
          .output_range = op.output_range,
          .channels = std::move(op.channels)};
}

}  // namespace mote::ops
