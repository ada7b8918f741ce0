// Model: a graph together with the preprocessing its input needs and the names of its classes. There is no
// way to save one without the other.
#pragma once

#include "base/names.h"
#include "graph/graph.h"

namespace mote {

// Normalized value = (sensor value - mean[i % period]) * gain[i % period], period = mean.size().
struct Preprocessing {
  int window = 0, channels = 0;
  double rate_hz = 0;
  std::vector<std::string> channel_names;
  std::string kind = "channel";  // "channel", "feature" or "none"
  std::vector<float> mean, gain;
};

// What a model's outputs stand for: scores of the classes, the input again (an autoencoder), or values.
enum class ModelTarget { kClasses, kInput, kValues };
inline const NameTable<ModelTarget> &model_target_names() {
  static const NameTable<ModelTarget> kNames(
      {{"classes", ModelTarget::kClasses}, {"input", ModelTarget::kInput}, {"values", ModelTarget::kValues}});
  return kNames;
}

struct Model {
  Graph graph;
  Preprocessing preprocessing;
  std::vector<std::string> labels;  // empty unless the target is classes
  ModelTarget target = ModelTarget::kClasses;
};

}  // namespace mote
