// The forms in which constants are stored, and the one that they have unless a pass gives them another.
// Packing is the business of that pass; here is what every reader needs.
#include "program/storage.h"

#include <algorithm>
#include <cstring>

#include "program/program.h"

namespace mote {

const Storage &plain_storage() {
  static const Storage kPlain{
      "plain", [](const ProgramTensor &t) { return t.shape.elements() * dtype_bytes(t.dtype); },
      [](const ProgramTensor &t, void *values) {
        if (!t.data.empty()) std::memcpy(values, t.data.data(), std::min(t.data.size(), t.bytes()));
      }};
  return kPlain;
}

const std::vector<const Storage *> &storage_forms() {
  static const std::vector<const Storage *> kForms{&plain_storage()};
  return kForms;
}

}  // namespace mote
