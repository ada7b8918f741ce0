// IntegerProgram: the one deployable form of a model. It is evaluated on the desk, written as .tflite and as
// C, planned and costed; none of these computes a scale anew. quantize() makes one, load() reads one.
//
// Shapes: tensors have the batch dimension, 1, as in TensorFlow Lite.
// Numerics: int8 activations (int16 where asked for), int32 accumulators, fixed-point multipliers with the
// rounding of TensorFlow Lite Micro's reference kernels.
// Ownership/Threads: a plain value that owns its constants; reading one from several threads is safe.
// Errors: load() and HostProgram validate one, and throw kDataFormat, kShape or kUnsupported with the layer.
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

struct ProgramTensor;

// How the values of a constant lie in its bytes. Everything that reads, writes or counts constants asks the
// tensor's form; nothing assumes one byte per weight.
struct Storage {
  std::string name;  // in .mote files; they leave out that of plain_storage()
  // What the constant takes. A form whose size depends on the values reads it from the tensor's data.
  size_t (*bytes)(const ProgramTensor &);
  // Writes its values, each in the tensor's type. The data has the size that `bytes` says.
  void (*unpack)(const ProgramTensor &, void *values);
  // The bytes of int8 values, [outputs, ...], in this form; none where they do not have its pattern. Null:
  // nothing chooses this form.
  std::vector<uint8_t> (*pack)(const std::vector<int8_t> &values, size_t outputs) = nullptr;
};

// One value after the other, each in the tensor's own type.
const Storage &plain_storage();

struct ProgramTensor {
  std::string name;
  Shape shape;
  DType dtype = DType::kInt8;
  QuantParams quant;
  std::vector<uint8_t> data;  // constants only, in the form that `storage` says
  bool is_constant = false;
  const Storage *storage = &plain_storage();
  // Of int8 inputs and outputs: callers give and get uint8, every byte and the zero point 128 more than here.
  bool is_uint8_port = false;

  size_t bytes() const { return storage->bytes(*this); }
  // Of a constant, whatever its form; T has the size of the tensor's type.
  template <class T>
  std::vector<T> values() const {
    std::vector<T> v(shape.elements());
    storage->unpack(*this, v.data());
    return v;
  }
  std::vector<uint8_t> plain_bytes() const;  // the same as bytes, little-endian
  // Of an input or output, as its callers see it.
  DType port_dtype() const { return is_uint8_port ? DType::kUint8 : dtype; }
  QuantParams port_quant() const;
  // Makes it a constant of these values, stored plainly. T is the tensor's type.
  template <class T>
  void store(const std::vector<T> &values) {
    const auto *begin = reinterpret_cast<const uint8_t *>(values.data());
    data.assign(begin, begin + values.size() * sizeof(T));
    is_constant = true;
    storage = &plain_storage();
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
  const ProgramTensor &tensor(int index) const { return tensors[index]; }
};

}  // namespace mote
