// Reads what the linker of an emulated measurement says; the measurement itself: mote/device.h.
#pragma once

#include <string>

#include "mote/device.h"
#include "mote/export.h"

namespace mote {

// Adds what the firmware printed. With `has_layers` of a second run that also counts layer by layer:
// instructions and stack stay those of the first, and a vector that differs in either is wrong.
void add_report(Measurement &measurement, const std::string &console, bool has_layers);

// What a linker map (GNU ld) says of the files of a model's folder; libraries count as code.
Footprint parse_map(const std::string &map);

}  // namespace mote
