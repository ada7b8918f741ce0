// Reads what the linker of an emulated measurement says; the measurement itself: mote/device.h.
#pragma once

#include <string>
#include <vector>

#include "mote/device.h"
#include "mote/export.h"

namespace mote {

// Adds what the firmware printed. With `has_layers` of a second run that also counts layer by layer:
// instructions and stack stay those of the first, and a vector that differs in either is wrong.
void add_report(Measurement &measurement, const std::string &console, bool has_layers);

// An input section that the linker placed.
struct PlacedSection {
  std::string object;  // "conv2d_s8.o", of a library "libgcc.a(_udivsi3.o)"
  std::string section;
  size_t bytes = 0;

  bool is_code() const;  // in flash, and no weights
  bool is_weights() const;
  bool is_ram() const;
};
// What a linker map (GNU ld) says was placed, without the files of the firmware around the model.
std::vector<PlacedSection> placed_sections(const std::string &map);

// The sums of these; libraries count as code.
Footprint parse_map(const std::string &map);

}  // namespace mote
