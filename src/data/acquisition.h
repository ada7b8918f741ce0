// Recordings in Edge Impulse's acquisition format, JSON or CBOR.
#pragma once

#include <string>
#include <vector>

#include "mote/dataset.h"

namespace mote {

struct Acquisition {
  std::vector<std::string> channels, units;
  double rate_hz = 0;
  SensorValues values;  // [rows, channels]
  std::string device;   // its type and name, or ""
};

// Errors: kDataFormat naming `where` and what is missing or not as expected.
Acquisition parse_acquisition(const std::string &bytes, const std::string &where);

// Whether a file that begins so may be one.
bool looks_like_acquisition(const std::string &head);

}  // namespace mote
