#include "train/optimizer.h"

namespace mote {

float &learning_rate_of(Optimizer &optimizer) {
  return std::visit([](auto &o) -> float & { return o.learning_rate; }, optimizer);
}

OptimizerState::OptimizerState(const Optimizer &optimizer, size_t weights)
    : first_(weights), second_(std::holds_alternative<Adam>(optimizer) ? weights : 0) {}

void OptimizerState::apply(const Optimizer &optimizer, const std::vector<float> &gradients,
                           std::vector<float> &weights) {
  const size_t n = weights.size();
  const float *g = gradients.data();
  float *w = weights.data(), *m = first_.data(), *v = second_.data();
  if (const auto *adam = std::get_if<Adam>(&optimizer)) {
    power1_ *= static_cast<double>(adam->beta1), power2_ *= static_cast<double>(adam->beta2);
    const float b1 = adam->beta1, b2 = adam->beta2, c1 = 1.0f - b1, c2 = 1.0f - b2, epsilon = adam->epsilon;
    const auto rate = static_cast<float>(static_cast<double>(adam->learning_rate) / (1.0 - power1_));
    const auto correction = static_cast<float>(1.0 / __builtin_sqrt(1.0 - power2_));
    for (size_t i = 0; i < n; ++i) {
      m[i] = b1 * m[i] + c1 * g[i];
      v[i] = b2 * v[i] + c2 * (g[i] * g[i]);
      w[i] -= rate * m[i] / (__builtin_sqrtf(v[i]) * correction + epsilon);
    }
    return;
  }
  const Sgd &sgd = std::get<Sgd>(optimizer);
  for (size_t i = 0; i < n; ++i) {
    const float step = sgd.learning_rate * g[i];
    m[i] = sgd.momentum * m[i] - step;
    w[i] += sgd.is_nesterov ? sgd.momentum * m[i] - step : m[i];
  }
}

}  // namespace mote
