// Memory plan: where each activation of a program lives in the one buffer, decided ahead. The host runs with
// it, and the exporter writes its offsets into C. Where blocks go is packing.h.
#pragma once

#include <cstddef>
#include <vector>

#include "program/program.h"

namespace mote {

struct PlacedTensor {
  int tensor;  // that owns the bytes
  size_t offset, bytes;
  int first, last;  // layers, as in Lifetime
};

struct MemoryPlan {
  static constexpr size_t kNowhere = ~size_t{0};
  std::vector<size_t> offset;  // per tensor of the program; kNowhere for constants
  std::vector<PlacedTensor> items;
  std::vector<size_t> alive;  // bytes alive at each layer
  size_t work = kNowhere;     // what steps of the front end write before the input is there
  size_t bytes = 0;           // of the buffer, a multiple of 4
  size_t lower_bound = 0;
  int peak_layer = -1;  // the layer that sets the lower bound
};

// The first layers run row by row, together: tensors of which only some rows are kept.
struct StreamedRows {
  size_t layers = 0;
  std::vector<size_t> bytes = {};  // of each tensor; 0: all of it
};

// Places every activation; views share their input's bytes, and elementwise layers write over an input that
// nothing reads afterwards. Errors: kUnsupported for a program that reads a tensor before it is written.
MemoryPlan plan_memory(const IntegerProgram &program, const StreamedRows &streamed = {});

}  // namespace mote
