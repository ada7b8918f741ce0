// From one value to another without a corner.
#pragma once

#include <algorithm>

namespace mote {

// 0 before 0, 1 behind 1, and between them a slope that begins and ends level.
inline double ramp(double share) {
  const double t = std::clamp(share, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace mote
