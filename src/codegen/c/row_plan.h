// Streaming of the first layers: they run a few rows at a time, together, and keep of each value between them
// only the rows that are still needed. Nothing is computed twice; rows move up to make room.
//
// Source of the idea: patch-based inference (Lin et al., MCUNetV2, 2021), here over whole rows.
#pragma once

#include <string>
#include <vector>

#include "mote/host_program.h"
#include "program/program.h"

namespace mote {

struct StreamedTensor {
  int tensor = -1;
  int rows = 0;      // in all
  int capacity = 0;  // kept at a time
  size_t row_bytes = 0, row_elements = 0;
};

struct StreamedLayer {
  size_t layer = 0;
  CCall call;
  CRows rows;
  std::vector<size_t> inputs;  // among RowPlan::tensors; constants are left out
  size_t output = 0;
};

struct RowPlan {
  size_t count = 0;  // of the program's layers, views among them; 0: nothing is streamed
  std::vector<StreamedLayer> layers;
  std::vector<StreamedTensor> tensors;  // the first is the model's input, the last the result
  MemoryPlan memory;
  // Behind the tensors: three counters for each streamed one, and the parameters of the layer that runs.
  size_t state_offset = 0;
  size_t moved_bytes = 0;  // in one invocation
};

// The plan of the fewest streamed layers whose buffer is at most `ram_bytes`; where there is none, of the
// smallest buffer. Without streaming if that is enough.
RowPlan plan_rows(const IntegerProgram &program, size_t ram_bytes);

// Input rows that must be there before `rows` output rows can be computed; `available` in all.
int rows_needed(const CRows &r, int rows, int available);
// The first input row that output row `row` needs.
int first_row_needed(const CRows &r, int row);

}  // namespace mote
