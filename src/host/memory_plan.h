// The memory plan of a program whose first layers are streamed; the plan itself is public:
// mote/host_program.h. Where blocks go is packing.h.
#pragma once

#include <cstddef>
#include <vector>

#include "mote/host_program.h"

namespace mote {

// The first layers run row by row, together: tensors of which only some rows are kept.
struct StreamedRows {
  size_t layers = 0;
  std::vector<size_t> bytes = {};  // of each tensor; 0: all of it
};

MemoryPlan plan_memory(const IntegerProgram &program, const StreamedRows &streamed);

}  // namespace mote
