// Dataset: examples of one size with their classes, ready for training. load_recordings().split() makes
// three; a program that has its values in memory fills one itself.
//
// Shapes: an example is [window, channels], row-major; an image [height, width, channels] has a window of
// height * width rows.
// Units: those of the sensor; normalization is part of the model.
// Ownership/Threads: owns its values; reading it from several threads is safe.
// Errors: train(), quantize() and evaluate() refuse one whose lists do not fit each other (kShape).
//
// Example:
//   mote::Dataset data;
//   data.window = 2;
//   data.channels = 1;
//   data.labels = {"low", "high"};
//   for (int i = 0; i < 10; ++i) {
//     data.values.insert(data.values.end(), {0.1f * i, 0.1f * i});
//     data.classes.push_back(i / 5);
//     data.sources.push_back({"memory", 0, i});
//   }
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mote/preprocessing.h"
#include "mote/spill.h"

namespace mote {

using SensorValues = SpillVector<float>;  // may be larger than memory

struct ExampleSource {
  std::string file;
  long line = 0;             // of the recording's first row
  int row = 0;               // of the window within the recording
  std::string text() const;  // "data/punch.csv:12+50"
};

// The class of a window that is none of the classes: it is trained to leave all of them equally likely.
constexpr int kNoClass = -1;

// Windows that stand or fall together: those of one person, speaker or machine where that is known, else of
// one recording. Figures are as sure as there are many of these, not as there are many windows.
struct WindowGroups {
  std::string kind;                // "group", "speaker" or "recording"
  std::vector<std::string> names;  // each once
  std::vector<int> of = {};        // [size]: the number of its name; empty: each window stands for itself
};

class WindowFeatures;  // what blocks of features made of windows; mote's own

struct Dataset {
  int window = 0, channels = 0;
  double rate_hz = 0;        // rows per second; 0: not known
  bool is_features = false;  // an example is a list of features
  ImageInput image = {};     // or an image
  // Of mean.npy and std.npy beside X.npy, for train.normalize = "given": one per value or per channel; or
  // none.
  std::vector<float> given_mean = {}, given_deviation = {};
  std::vector<std::string> labels, channel_names;
  SensorValues values;       // [size, window, channels]
  std::vector<int> classes;  // [size]
  // Of regressions: [size, values], in the units that the outputs shall have; else empty.
  std::vector<float> targets = {};
  std::vector<ExampleSource> sources;  // [size], or empty
  WindowGroups groups = {};
  // Of these very windows, where they are kept; who changes `values` resets it. No result depends on it.
  std::shared_ptr<const WindowFeatures> features = {};

  size_t size() const { return classes.size(); }
  size_t example_floats() const { return size_t{1} * window * channels; }
  const float *example(size_t i) const { return values.data() + i * example_floats(); }
};

}  // namespace mote
