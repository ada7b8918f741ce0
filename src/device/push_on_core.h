// What push() costs on a core, row by row; what it answers: mote/device.h.
#pragma once

#include <optional>

#include "mote/device.h"

namespace mote {

// Measured on the emulator; nullopt where the export has no push(). Errors: those of push_on_core().
std::optional<PushCost> measure_push(const IntegerProgram &program, const Core &core,
                                     const MeasureOptions &options);

}  // namespace mote
