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
  static const std::vector<const Storage *> kForms = [] {
    std::vector<const Storage *> forms{&plain_storage()};
    forms.insert(forms.end(), packed_forms().begin(), packed_forms().end());
    return forms;
  }();
  return kForms;
}

std::optional<ProgramTensor> stored_as(const ProgramTensor &tensor, const Storage &form) {
  if (!tensor.is_constant || tensor.dtype != DType::kInt8 || tensor.shape.rank() < 2 || !form.pack) return {};
  ProgramTensor packed = tensor;
  packed.data = form.pack(tensor.values<int8_t>(), static_cast<size_t>(tensor.shape[0]));
  packed.storage = &form;
  return packed.data.empty() ? std::nullopt : std::optional(packed);
}

}  // namespace mote
