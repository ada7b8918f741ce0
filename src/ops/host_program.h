// HostProgram: an IntegerProgram bound to the runtime routines that ship to the device, ready to run on the
// desk.
//
// Binding validates every layer, so a program read from a foreign file either runs or is refused here.
#pragma once

#include <memory>
#include <vector>

#include "graph/op_def.h"
#include "program/memory_plan.h"
#include "program/program.h"

namespace mote {

// The first layers run row by row, together: tensors of which only some rows are kept.
struct StreamedRows {
  size_t layers = 0;
  std::vector<size_t> bytes = {};  // of each tensor; 0: all of it
};

// Places every activation; views share their input's bytes, and elementwise layers write over an input that
// nothing reads afterwards. Errors: kUnsupported for a program that reads a tensor before it is written.
MemoryPlan plan_memory(const IntegerProgram &program, const StreamedRows &streamed = {});

class HostProgram {
 public:
  // Takes a copy of the program. Errors: kUnsupported, kShape, naming the layer.
  explicit HostProgram(IntegerProgram program);

  const IntegerProgram &program() const { return *program_; }
  const MemoryPlan &plan() const { return plan_; }
  size_t input_bytes() const;  // all inputs of one invocation
  size_t output_bytes() const;

  // Inputs one after the other, outputs likewise. Not for two threads at once.
  void invoke(const void *inputs, void *outputs);

  // Sensor values [window, channels] through the front end to the model's own outputs. Needs a front end. A
  // program that works row by row goes on from the call before, or from the start after reset().
  void predict(const float *raw, void *outputs);
  size_t predict_bytes() const;
  void reset();

 private:
  struct Step {
    HostCall call;
    std::vector<const void *> in;
    std::vector<void *> out;
  };
  void run_steps();
  const void *constant(int tensor);
  uint8_t *at(int tensor);
  void store_outputs(void *outputs, size_t count) const;

  std::shared_ptr<const IntegerProgram> program_;
  MemoryPlan plan_;
  std::vector<uint32_t> buffer_;
  std::vector<Step> steps_;
  std::vector<std::vector<uint8_t>> unpacked_;  // constants that are not stored plainly
  std::vector<std::vector<uint8_t>> states_;    // carried from predict() to predict()
};

int argmax_s8(const int8_t *scores, int count);  // the first largest

}  // namespace mote
