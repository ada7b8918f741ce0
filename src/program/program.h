// IntegerProgram: the one deployable form of a model. It is evaluated on the desk, written as .tflite and as
// C, planned and costed; none of these recomputes a scale.
//
// Tensors carry the batch dimension as in TensorFlow Lite. A layer names its op; what the op does with it
// lives in src/ops. The front end turns sensor values into the int8 input and is part of the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "program/preprocessing.h"
#include "program/storage.h"
#include "tensor/attrs.h"
#include "tensor/shape.h"

namespace mote {

struct ProgramTensor {
  std::string name;
  Shape shape;
  DType dtype = DType::kInt8;
  QuantParams quant;
  std::vector<uint8_t> data;  // constants only, in the form that `storage` says
  bool is_constant = false;
  const Storage *storage = &plain_storage();

  size_t bytes() const { return storage->bytes(*this); }
  // Of a constant, whatever its form; T has the size of the tensor's type.
  template <class T>
  std::vector<T> values() const {
    std::vector<T> v(shape.elements());
    storage->unpack(*this, v.data());
    return v;
  }
  std::vector<uint8_t> plain_bytes() const;  // the same as bytes, little-endian
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

struct CarriedState {
  int input, output;
};

struct IntegerProgram {
  std::string name;
  std::vector<ProgramTensor> tensors;
  std::vector<ProgramLayer> layers;
  std::vector<int> inputs, outputs;
  Preprocessing front_end;          // in its fixed form
  std::vector<std::string> labels;  // empty: the outputs are values
  // Of a program that works row by row: tensors that a call leaves and the next one takes. They stand among
  // the inputs and outputs, behind the model's own; at the start of a sequence they hold zero points.
  std::vector<CarriedState> states;

  int add_tensor(ProgramTensor tensor);
  const ProgramTensor &tensor(int index) const { return tensors[static_cast<size_t>(index)]; }
};

// A single output stands for the second of two classes above this value, which is 0.5 as a real number.
int decision_threshold(const ProgramTensor &output);

// Renumbers the tensors, leaving out those that no layer, input or output refers to.
void drop_unused_tensors(IntegerProgram &program);

// What an op needs to be called from C. `arrays` become const tables, `fields` the params struct.
struct CArray {
  std::string suffix;  // "weights"
  DType dtype;
  std::vector<int64_t> values;
  bool is_quantization = false;  // multipliers and shifts, as opposed to weights and biases
};

// A member of a params struct: a number, or an array of them.
struct CField {
  template <class Integer>
  CField(std::string field, Integer value) : name(std::move(field)), values{static_cast<int64_t>(value)} {}
  template <size_t kCount>
  CField(std::string field, const int32_t (&list)[kCount])
      : name(std::move(field)), values(list, list + kCount), is_array(true) {}
  std::string name;
  std::vector<int64_t> values;
  bool is_array = false;
};

// How a call is made for some rows of its output: row r needs rows r * stride - pad and the span - 1 behind
// it of its inputs, as far as there are any.
struct CRows {
  int span = 1, stride = 1, pad = 0;
  std::string in_rows = {}, out_rows = {}, pad_field = {};  // fields that hold them; empty: none
  std::string count = {};                                   // field whose (last) number is that of all values
  int count_argument = -1;                                  // or the argument
  std::vector<CField> fields = {};  // instead of the call's own; height and width change places
};

struct CCall {
  std::string routine;  // runtime function
  std::string source;   // runtime file that defines it
  std::string params_type;
  std::vector<CField> fields;
  std::vector<CArray> arrays;
  // arguments in order: "params", "in0", "out0", "NULL", a literal, or the suffix of an array
  std::vector<std::string> arguments;
  bool is_copy = false;  // no routine: the output is the input's bytes
  std::optional<CRows> rows = {};
};

// The calls of one layer; most have one.
struct CCalls : std::vector<CCall> {
  using std::vector<CCall>::vector;
  CCalls(CCall call) : std::vector<CCall>{std::move(call)} {}  // NOLINT: one call is a list of one
};

// Of a layer, or of a node of a graph: then no bytes are known.
struct Cost {
  uint64_t macs = 0;        // multiply-adds
  size_t weight_bytes = 0;  // constants that it reads
};

}  // namespace mote
