// Dataset: examples of one size with their classes, ready for training. Values are in sensor units.
#pragma once

#include <string>
#include <vector>

#include "mote/spill.h"

namespace mote {

using SensorValues = SpillVector<float>;  // may be larger than memory

struct ExampleSource {
  std::string file;
  long line = 0;             // of the recording's first row
  int row = 0;               // of the window within the recording
  std::string text() const;  // "data/punch.csv:12+50"
};

struct Dataset {
  int window = 0, channels = 0;
  double rate_hz = 0;
  std::vector<std::string> labels, channel_names;
  SensorValues values;       // [size, window, channels]
  std::vector<int> classes;  // [size]
  // Of regressions: [size, values], in the units that the outputs shall have; else empty.
  std::vector<float> targets = {};
  std::vector<ExampleSource> sources;

  size_t size() const { return classes.size(); }
  size_t example_floats() const { return static_cast<size_t>(window) * static_cast<size_t>(channels); }
  const float *example(size_t i) const { return values.data() + i * example_floats(); }
};

}  // namespace mote
