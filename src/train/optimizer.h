// An optimizer at work on one flat vector of weights. Its settings: mote/optimizer.h.
#pragma once

#include <vector>

#include "mote/optimizer.h"

namespace mote {

class OptimizerState {
 public:
  struct Memory {
    std::vector<float> first, second;  // moments
    double power1 = 1, power2 = 1;     // beta^t
  };
  const Memory &memory() const { return memory_; }
  void restore(const Memory &memory);  // of the same optimizer and weights

  OptimizerState(const Optimizer &optimizer, size_t weights);
  void apply(const Optimizer &optimizer, const std::vector<float> &gradients, std::vector<float> &weights);

 private:
  void adam(const Adam &adam, const float *g, float *w);

  Memory memory_;
};

}  // namespace mote
