// HostProgram: an IntegerProgram bound to the runtime routines that ship to the device, ready to run on the
// desk.
//
// Binding validates every layer, so a program read from a foreign file either runs or is refused here.
//
// Shapes: inputs and outputs are the program's, one after the other, row-major, without padding.
// Numerics: byte for byte what the exported C gives, and int8 interpreters with the rounding of TensorFlow
// Lite Micro. Errors: kUnsupported, kShape, kDataFormat, naming the layer or tensor, when it is made; none
// afterwards. Ownership/Threads: owns a copy of the program and its buffer. Not for two threads at once.
//
// Example:
//   mote::HostProgram host(q);
//   std::vector<int8_t> outputs(host.predict_bytes());
//   for (size_t i = 0; i < data.test.size(); ++i) {
//     host.predict(data.test.example(i), outputs.data());
//     std::cout << q.labels[mote::argmax_s8(outputs.data(), outputs.size())] << "\n";
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "mote/program.h"

namespace mote {

class FrontEnd;

struct PlacedTensor {
  int tensor;  // that owns the bytes
  size_t offset, bytes;
  int first, last;  // layers that need it, inclusive; the input is there from -1
};

// Where each activation lives in the one buffer, decided ahead.
struct MemoryPlan {
  static constexpr size_t kNowhere = ~size_t{0};
  std::vector<size_t> offset;  // bytes, per tensor of the program; kNowhere for constants
  std::vector<PlacedTensor> items;
  std::vector<size_t> alive;  // bytes alive at each layer
  size_t work = kNowhere;     // what steps of the front end write before the input is there
  size_t bytes = 0;           // of the buffer, a multiple of 4
  size_t lower_bound = 0;     // the largest sum of bytes alive at one layer
  int peak_layer = -1;        // the layer that sets it
};

// Places every activation; views share their input's bytes, and elementwise layers write over an input that
// nothing reads afterwards. Errors: kUnsupported for a program that reads a tensor before it is written.
MemoryPlan plan_memory(const IntegerProgram &program);

class HostProgram {
 public:
  explicit HostProgram(IntegerProgram program);

  const IntegerProgram &program() const { return *program_; }
  const MemoryPlan &plan() const { return plan_; }
  size_t input_bytes() const;  // all inputs of one invocation
  size_t output_bytes() const;

  // From input tensors to output tensors.
  void invoke(const void *inputs, void *outputs);

  // Sensor values [window, channels] through the front end to the model's own outputs. Needs a front end
  // (program().front_end.is_set()). A program that works row by row goes on from the call before, or from the
  // start after reset().
  void predict(const float *raw, void *outputs);
  size_t predict_bytes() const;
  void reset();

 private:
  struct Step {
    std::function<void(const void *const *in, void *const *out)> call;
    std::vector<const void *> in;
    std::vector<void *> out;
  };
  void run_steps();
  const void *constant(int tensor);
  uint8_t *at(int tensor);
  void store_outputs(void *outputs, size_t count) const;

  std::shared_ptr<const IntegerProgram> program_;
  std::shared_ptr<const FrontEnd> front_end_;
  MemoryPlan plan_;
  std::vector<float> work_;  // of the front end: of a whole window, which a device may do without
  std::vector<uint32_t> buffer_;
  std::vector<Step> steps_;
  std::vector<std::vector<uint8_t>> unpacked_;  // constants that are not stored plainly
  std::vector<std::vector<uint8_t>> states_;    // carried from predict() to predict()
};

int argmax_s8(const int8_t *scores, int count);  // the first largest

}  // namespace mote
