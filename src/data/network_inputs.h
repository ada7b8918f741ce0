// What a network gets of each window of a set: from the features that are kept of it, else from its values.
#pragma once

#include <memory>

#include "features/preprocessing.h"
#include "features/window_features.h"
#include "mote/dataset.h"
#include "mote/shape.h"

namespace mote {

// Both must outlive it; reading is safe in any thread.
class NetworkInputs {
 public:
  NetworkInputs(const Preprocessing &p, const Dataset &data) : NetworkInputs(p, data, data.features) {}
  NetworkInputs(const Preprocessing &p, const Dataset &data, std::shared_ptr<const WindowFeatures> features);
  void of(size_t window, float *out) const;
  const FrontEnd &front_end() const { return front_end_; }

 private:
  const Preprocessing &preprocessing_;
  FrontEnd front_end_;
  const Dataset &data_;
  Shape feature_shape_;
  std::shared_ptr<const WindowFeatures> features_;
};

// The same as a device has it; from features alone.
class Int8Inputs {
 public:
  Int8Inputs(const Preprocessing &fixed, const Dataset &data);
  bool are_kept() const { return features_ != nullptr; }
  void of(size_t window, int8_t *out) const;

 private:
  const Preprocessing &fixed_;
  Shape feature_shape_;
  std::shared_ptr<const WindowFeatures> features_;
};

}  // namespace mote
