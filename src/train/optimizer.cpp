// Clipping of gradients and the updates of weights, in kernels that give the same bits on every tier.
#include "train/optimizer.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/loops.h"

namespace mote {

float &learning_rate_of(Optimizer &optimizer) {
  return std::visit([](auto &o) -> float & { return o.learning_rate; }, optimizer);
}

void clip(const GradientClip &limits, std::vector<float> &gradients) {
  if (limits.value > 0)
    for (float &g : gradients) g = std::clamp(g, -limits.value, limits.value);
  if (limits.norm <= 0) return;
  double sum = 0;
  for (float g : gradients) sum += double{g} * g;
  const double norm = __builtin_sqrt(sum);
  if (!(norm > limits.norm)) return;
  const float scale = limits.norm / norm;
  for (float &g : gradients) g *= scale;
}

OptimizerState::OptimizerState(const Optimizer &optimizer, size_t weights)
    : memory_{std::vector<float>(weights),
              std::vector<float>(std::holds_alternative<Sgd>(optimizer) ? 0 : weights)} {}

void OptimizerState::restore(const Memory &memory) {
  MOTE_CHECK(memory.first.size() == memory_.first.size() && memory.second.size() == memory_.second.size());
  memory_ = memory;
}

void OptimizerState::adam(const Adam &adam, const float *g, float *w) {
  memory_.power1 *= adam.beta1;
  memory_.power2 *= adam.beta2;
  const float rate = adam.learning_rate / (1.0 - memory_.power1);
  const float correction = 1.0 / __builtin_sqrt(1.0 - memory_.power2);
  kernels::loops().adam({adam.beta1, adam.beta2, adam.epsilon, rate, correction}, g, memory_.first.size(),
                        memory_.first.data(), memory_.second.data(), w);
}

void OptimizerState::apply(const Optimizer &optimizer, const std::vector<float> &gradients,
                           std::vector<float> &weights) {
  const size_t n = gradients.size();  // weights behind them are not trained
  const float *g = gradients.data();
  float *w = weights.data(), *m = memory_.first.data(), *v = memory_.second.data();
  if (const auto *o = std::get_if<Adam>(&optimizer)) return adam(*o, g, w);
  if (const auto *o = std::get_if<AdamW>(&optimizer)) {
    const float decay = o->learning_rate * o->weight_decay;
    for (size_t i = 0; i < n; ++i) w[i] -= decay * w[i];
    return adam({o->learning_rate, o->beta1, o->beta2, o->epsilon}, g, w);
  }
  if (const auto *o = std::get_if<RmsProp>(&optimizer)) {
    const float rest = 1.0f - o->rho;
    for (size_t i = 0; i < n; ++i) {
      v[i] = o->rho * v[i] + rest * (g[i] * g[i]);
      m[i] = o->momentum * m[i] + o->learning_rate * g[i] / __builtin_sqrtf(v[i] + o->epsilon);
      w[i] -= m[i];
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

const NameTable<Optimizer> &optimizer_names() {
  static const NameTable<Optimizer> kNames(
      {{"adam", Adam{}}, {"adamw", AdamW{}}, {"sgd", Sgd{}}, {"rmsprop", RmsProp{}}});
  return kNames;
}

const std::string &optimizer_name(const Optimizer &optimizer) {
  const auto found = std::find_if(optimizer_names().begin(), optimizer_names().end(),
                                  [&](const auto &e) { return e.second.index() == optimizer.index(); });
  return found->first;
}

}  // namespace mote
