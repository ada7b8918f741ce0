// Reads what the linker of an emulated measurement says; the measurement itself: mote/device.h.
#pragma once

#include <string>

#include "mote/device.h"
#include "mote/export.h"

namespace mote {

// What a linker map (GNU ld) says of the files of a model's folder; libraries count as code.
Footprint parse_map(const std::string &map);

}  // namespace mote
