// A simulated ceiling fan with an accelerometer on it.
//
// For trying the tools; results on it say nothing about machines.
#pragma once

#include <array>
#include <vector>

#include "base/random.h"

namespace mote {

constexpr double kFanRate = 200;  // rows a second

struct FanState {
  double turns_per_s;  // 0: off
  double imbalance_g;  // of a weight on a blade, across the axis
};

// x, y, z in g, z along the axis. How the sensor hangs is a day's: the same of one `day`.
std::vector<std::array<double, 3>> fan_rows(const FanState &state, uint64_t seed, int day, int rows,
                                            Random random);

}  // namespace mote
