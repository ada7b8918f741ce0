// What the network of a training gets: of the windows it goes through, and of those it is validated on.
#pragma once

#include "data/network_inputs.h"
#include "train/keep_features.h"

namespace mote {

// All must outlive it.
class TrainingInputs {
 public:
  TrainingInputs(const Preprocessing &p, const Splits &data, const TrainingFeatures &features)
      : recorded_(p, data.train, features.train),
        stream_(p, data.stream, features.stream),
        val_(p, data.val, features.val),
        count_(data.train.size()) {}

  void of(size_t i, float *out) const { i < count_ ? recorded_.of(i, out) : stream_.of(i - count_, out); }
  const FrontEnd &front_end() const { return recorded_.front_end(); }
  void of_validation(size_t i, float *out) const { val_.of(i, out); }

 private:
  NetworkInputs recorded_, stream_, val_;
  size_t count_;
};

}  // namespace mote
