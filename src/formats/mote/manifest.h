// What the fields of model.json must be, before a model is made of them.
#pragma once

#include "base/form.h"
#include "program/program.h"

namespace mote {

// Of a whole manifest: format and kind, and all that this kind has.
std::optional<Misfit> manifest_misfit(const nlohmann::json &manifest);

// Scales and zero points against the tensor's type and shape, which a kernel takes as they are.
std::optional<Misfit> quantization_misfit(const ProgramTensor &tensor);

}  // namespace mote
