// The forms that constants are stored in; what a form is: Storage of mote/program.h.
//
// A further form (four bits, a codebook, a sparse list) is a Storage of its own beside plain_storage() and a
// line in storage_forms(). Host, .tflite, C and cost then have it by its values. A routine of the runtime
// that reads the packed bytes themselves is chosen by the op that has it, in its run and c facets, by the
// tensor's form.
#pragma once

#include <optional>

#include "mote/program.h"

namespace mote {

const std::vector<const Storage *> &storage_forms();

// Those of int8 weights that the runtime has routines for, in packed_storage.cpp; what their bytes mean
// stands in runtime/mote_packed.h.
const std::vector<const Storage *> &packed_forms();

// Bytes of stack that its routines may take beyond those of plain weights, where two pairs of 16-bit values
// are multiplied at once: a codebook becomes a table of pairs there.
size_t more_stack(const Storage &form);

// The same tensor in a form whose pattern its values have; nothing where they do not.
std::optional<ProgramTensor> stored_as(const ProgramTensor &tensor, const Storage &form);

}  // namespace mote
