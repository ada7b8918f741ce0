// What the code around an IntegerProgram (mote/program.h) shares: passes over it, and plain records in which
// ops say how they are called from C.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/program.h"

namespace mote {

// uint8 with the zero point z is int8 with z - 128: the same values, the top bit of every byte turned
// (docs/decisions/0022-uint8-ends.md).
constexpr int kUint8Offset = 128;
constexpr uint8_t kUint8Bit = 0x80;

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
  std::vector<CField> fields = {};  // instead of the call's own; where time is the width
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
  std::string header = {};  // that declares the routine, where mote_runtime.h does not
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
