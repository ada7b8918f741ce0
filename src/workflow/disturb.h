// How windows of sensor values are disturbed: by noise, another gain, a turn of the sensor, a clock that is
// off, lost rows. Who sweeps over the levels: robustness.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"

namespace mote {

// What a window is, as far as a disturbance asks.
struct DisturbedSignal {
  int window, channels;
  std::vector<float> deviation;       // of each channel, over all windows
  double low = -1e300, high = 1e300;  // that a value can have
};

// A level is in percent, of a turn in degrees. `disturb`: x and out are [window, channels] and may not
// overlap.
struct DisturbanceKind {
  std::string name, title, axis, unit;
  std::vector<double> levels;
  void (*disturb)(const DisturbedSignal &signal, double level, Random &random, const float *x, float *out);
};
const std::vector<DisturbanceKind> &disturbance_kinds();

}  // namespace mote
