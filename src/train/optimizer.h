// Optimizers over one flat vector of weights.
#pragma once

#include <memory>
#include <variant>
#include <vector>

namespace mote {

// m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= rate * (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + epsilon).
// Source: Kingma and Ba 2015, algorithm 1. Defaults as in Keras.
struct Adam {
  float learning_rate = 1e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-7f;
};

// v = momentum v - rate g; w += v, or with Nesterov w += momentum v - rate g. As in Keras.
struct Sgd {
  float learning_rate = 1e-2f, momentum = 0.0f;
  bool is_nesterov = false;
};

using Optimizer = std::variant<Adam, Sgd>;

float &learning_rate_of(Optimizer &optimizer);

class OptimizerState {
 public:
  OptimizerState(const Optimizer &optimizer, size_t weights);
  void apply(const Optimizer &optimizer, const std::vector<float> &gradients, std::vector<float> &weights);

 private:
  std::vector<float> first_, second_;
  double power1_ = 1, power2_ = 1;  // beta^t
};

}  // namespace mote
