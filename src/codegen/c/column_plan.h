// Streaming of layers over time: push() computes of each layer the columns that no window before had, and
// keeps those that windows to come still need. A column is what a value has at one moment.
//
// Equal byte for byte with the network on the window: without padding in time a column depends on some
// columns of the input and not on where the window begins, provided that windows begin at multiples of the
// layer's stride. Layers behind the last such one run once a window, on the kept columns;
// docs/decisions/0033-columns.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codegen/c/row_plan.h"
#include "program/program.h"

namespace mote {

struct ColumnTensor {
  int tensor = -1;
  int columns = 0, hop = 0;  // of a window; from one window to the next
  int capacity = 0;          // kept at a time
  size_t column_bytes = 0, column_elements = 0;
  size_t place = 0;       // bytes from the first column of the first tensor
  bool is_whole = false;  // layers behind read all columns of a window
};

struct ColumnPlan {
  std::vector<StreamedLayer> layers;  // inputs and outputs among `tensors`
  std::vector<ColumnTensor> tensors;  // the first is the model's input
  std::vector<size_t> rest;           // of the program's layers: those that run once a window
  // Of each tensor of the program, the one of `tensors` whose bytes it has; -1: none.
  std::vector<int> of_tensor;
  // int32_t in front of the columns: two for each tensor, and the parameters of the layer that runs.
  size_t counters = 0;
  size_t bytes = 0;  // of counters and columns, a multiple of 4
  uint64_t window_macs = 0, hop_macs = 0;
};

// `hop`: columns of the model's input from window to window. Errors: kUnsupported with the layer that does
// not let columns be shared, and the change that would.
ColumnPlan plan_columns(const IntegerProgram &program, int hop);

// "computes 9 layers over time column by column: ..."
std::string columns_text(const IntegerProgram &program, const ColumnPlan &plan);

// Columns of a layer's output that `columns` of its input allow.
int columns_made(const CRows &r, int columns);

}  // namespace mote
