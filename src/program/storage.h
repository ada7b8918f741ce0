// How the values of a constant lie in its bytes. Everything that reads, writes or counts constants asks the
// tensor's form; nothing assumes one byte per weight.
//
// A further form (four bits, a codebook, a sparse list) is a Storage of its own beside plain_storage() and a
// line in storage_forms(). Host, .tflite, C and cost then have it by its values. A routine of the runtime
// that reads the packed bytes themselves is chosen by the op that has it, in its run and c facets, by the
// tensor's form.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mote {

struct ProgramTensor;

struct Storage {
  std::string name;  // in .mote files; they leave out that of plain_storage()
  // What the constant takes. A form whose size depends on the values reads it from the tensor's data.
  size_t (*bytes)(const ProgramTensor &);
  // Writes its values, each in the tensor's type. The data has the size that `bytes` says.
  void (*unpack)(const ProgramTensor &, void *values);
};

// One value after the other, each in the tensor's own type.
const Storage &plain_storage();

const std::vector<const Storage *> &storage_forms();

}  // namespace mote
