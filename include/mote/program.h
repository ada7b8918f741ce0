// IntegerProgram: the one deployable form of a model. It is evaluated on the desk, written as .tflite and as
// C, planned and costed; none of these computes a scale anew. quantize() makes one, load() reads one.
//
// Shapes: tensors have the batch dimension, 1, as in TensorFlow Lite.
// Numerics: int8 activations (int16 where asked for), int32 accumulators, fixed-point multipliers with the
// rounding of TensorFlow Lite Micro's reference kernels.
// Ownership/Threads: a plain value that owns its constants; reading one from several threads is safe.
//
// Example:
//   const mote::IntegerProgram program = mote::quantize(model, {.calibrate_on = data.train});
//   for (const mote::ProgramLayer &layer : program.layers) std::cout << layer.op << " " << layer.name <<
//   "\n";
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/attrs.h"
#include "mote/preprocessing.h"
#include "mote/shape.h"

namespace mote {

struct ProgramTensor {
  std::string name;
  Shape shape;
  DType dtype = DType::kInt8;
  QuantParams quant;
  std::vector<uint8_t> data;  // constants only: their bytes, little-endian
  bool is_constant = false;

  size_t bytes() const { return shape.elements() * dtype_bytes(dtype); }
  // A constant's elements; T is the type that `dtype` says.
  template <class T>
  const T *as() const {
    return reinterpret_cast<const T *>(data.data());
  }
};

struct ProgramLayer {
  std::string op, name;
  Attrs attrs;
  std::vector<int> inputs, outputs;  // tensor indices; -1 = an optional input that is absent
};

// A tensor that a call leaves and the next one takes.
struct CarriedState {
  int input, output;
};

struct IntegerProgram {
  std::string name;
  std::vector<ProgramTensor> tensors;
  std::vector<ProgramLayer> layers;  // in the order in which they run
  std::vector<int> inputs, outputs;
  Preprocessing front_end;          // in its fixed form: from sensor values to the int8 input
  std::vector<std::string> labels;  // empty: the outputs are values
  // Of a program that works row by row: they stand among the inputs and outputs, behind the model's own; at
  // the start of a sequence they hold zero points.
  std::vector<CarriedState> states;

  int add_tensor(ProgramTensor tensor);  // returns its index
  const ProgramTensor &tensor(int index) const { return tensors[static_cast<size_t>(index)]; }
};

}  // namespace mote
