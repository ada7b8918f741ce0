// Optimizers over one flat vector of weights.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "mote/names.h"

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

// Adam with w -= rate * weight_decay * w before each step. Source: Loshchilov and Hutter 2019; defaults as in
// Keras.
struct AdamW {
  float learning_rate = 1e-3f, weight_decay = 4e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-7f;
};

// v = rho v + (1-rho) g^2; m = momentum m + rate g / sqrt(v + epsilon); w -= m. As in Keras.
struct RmsProp {
  float learning_rate = 1e-3f, rho = 0.9f, momentum = 0.0f, epsilon = 1e-7f;
};

using Optimizer = std::variant<Adam, Sgd, AdamW, RmsProp>;

// Before the optimizer: every gradient to -value .. value; then all of them scaled down together if their
// Euclidean norm exceeds `norm`. 0: off.
struct GradientClip {
  float value = 0, norm = 0;
};
void clip(const GradientClip &limits, std::vector<float> &gradients);

float &learning_rate_of(Optimizer &optimizer);
const NameTable<Optimizer> &optimizer_names();  // with the defaults of each
const std::string &optimizer_name(const Optimizer &optimizer);

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
