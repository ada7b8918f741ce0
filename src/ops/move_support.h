// Ops that only move values are lists of strided copies, after an optional fill of the output.
#pragma once

#include <optional>

#include "graph/op_def.h"
#include "mote_runtime.h"

namespace mote::ops {

// As the value of a border: whatever stands for zero.
constexpr int64_t kBorderOfZeroPoint = -100000;

struct Move {
  size_t input, output;  // of the layer
  mote_copy_params params;
};
struct Moves {
  std::optional<int> fill;  // value of output 0 before the copies, int8 or int16
  int32_t fill_count = 0;
  std::vector<Move> list;
  bool is_int16 = false;  // what is filled
};

// A copy of `count` elements per axis with the given strides and offsets (in elements). Errors: kUnsupported
// beyond MOTE_MAX_RANK axes.
Move make_move(const ProgramLayer &l, size_t input, size_t output, size_t element_bytes,
               const std::vector<int> &count, const std::vector<int> &in_stride, int in_offset,
               const std::vector<int> &out_stride, int out_offset);

// Parts one after the other along the layer's axis of a whole. Inputs make up output 0, or input 0 falls into
// the outputs; kStacked: parts lack the axis and each has one index of it.
enum class Parts { kJoined, kStacked };
Moves join_parts(const IntegerProgram &p, const ProgramLayer &l, Parts kind);
Moves take_parts(const IntegerProgram &p, const ProgramLayer &l, Parts kind);

using MovesOf = Moves (*)(const IntegerProgram &, const ProgramLayer &);

// How a moving op is trained and lowered; of an op that only imported models have, imported_form().
struct TrainedForm {
  Facet<Structure> structure;
  Facet<Forward> forward;
  Facet<Backward> backward;
  Facet<Integer> integer;
};
TrainedForm imported_form(const std::string &op);

// An op that only moves values: how it runs and is written as C follows from its moves; it multiplies
// nothing and takes int16.
struct MovingOp {
  std::string name, doc;
  std::vector<AttrSpec> attrs;
  TrainedForm trained;
  MovesOf moves;
  Tflite tflite;
  OutputRange output_range;
  ChannelRule channels = nullptr;
};
OpDef moving_op(MovingOp op);

}  // namespace mote::ops
