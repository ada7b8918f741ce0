// A second trainer, in double precision and from the formulas alone: one dense layer, gradients by central
// differences of the loss, plain gradient descent. It shares nothing with the trainer it judges.
#pragma once

#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "test_support.h"
#include "train/loss.h"
#include "train/network.h"

namespace mote::test {

// From the definitions: probabilities first, then the loss of Keras' documentation.
inline double loss_formula(const Loss &l, const std::vector<double> &x, const Target &t) {
  const size_t n = x.size();
  const auto target = [&](size_t c) {
    if (t.values) return static_cast<double>(t.values[c]);
    return n == 1 ? static_cast<double>(t.truth) : static_cast<double>(static_cast<size_t>(t.truth) == c);
  };
  double total = 0, sum = 0;
  for (double v : x) sum += std::exp(v);
  for (size_t c = 0; c < n; ++c) {
    const double v = x[c], y = target(c);
    if (l.type == LossType::kCategoricalCrossentropy) {
      const double p = std::exp(v) / sum, s = l.label_smoothing;
      total -= (y * (1 - s) + s / static_cast<double>(n)) * std::pow(1 - p, l.focal_gamma) * std::log(p);
    } else if (l.type == LossType::kBinaryCrossentropy) {
      const double p = 1 / (1 + std::exp(-v)), s = y * (1 - l.label_smoothing) + 0.5 * l.label_smoothing;
      total -= (s * std::pow(1 - p, l.focal_gamma) * std::log(p) +
                (1 - s) * std::pow(p, l.focal_gamma) * std::log(1 - p)) /
               static_cast<double>(n);
    } else {
      const double e = v - y, d = l.huber_delta;
      const double huber = std::fabs(e) <= d ? 0.5 * e * e : d * std::fabs(e) - 0.5 * d * d;
      total += (l.type == LossType::kMse   ? e * e
                : l.type == LossType::kMae ? std::fabs(e)
                                           : huber) /
               static_cast<double>(n);
    }
  }
  return total;
}

// Windows of one row; `values` [examples, channels] in sensor units.
inline Dataset examples(int channels, int classes, const std::vector<float> &values,
                        const std::vector<int> &truth) {
  Dataset set;
  set.window = 1;
  set.channels = channels;
  for (int k = 0; k < classes; ++k) set.labels.push_back("class" + std::to_string(k));
  for (int c = 0; c < channels; ++c) set.channel_names.push_back("x" + std::to_string(c));
  set.values.assign(values.begin(), values.end());
  set.classes = truth;
  set.sources.resize(truth.size());
  return set;
}

// `count` examples that differ, of all classes.
inline Dataset some_examples(size_t count, int channels = 3, int classes = 3, uint64_t seed = 1) {
  std::vector<float> values;
  std::vector<int> truth;
  Random random(seed);
  for (size_t i = 0; i < count; ++i) {
    truth.push_back(static_cast<int>((i * i + i / 3) % static_cast<size_t>(classes)));
    for (int c = 0; c < channels; ++c)
      values.push_back(static_cast<float>(random.normal() + 0.5 * (truth.back() == c % classes)));
  }
  return examples(channels, classes, values, truth);
}

inline Model linear_model(const Dataset &set, int outputs, Activation activation = softmax) {
  return sequential("linear", {set.window, set.channels}, {Flatten{}, Dense{outputs, activation}});
}

struct SecondTrainer {
  size_t inputs, outputs;
  Loss loss;
  std::vector<double> w;  // kernel [inputs, outputs], then bias
  std::vector<double> class_weights = {};
  double clip_value = 0, clip_norm = 0;

  SecondTrainer(Model model, uint64_t seed, const Loss &l)
      : inputs(model.graph.input.elements()), outputs(model.graph.output().elements()), loss(l) {
    initialize(model.graph, seed);
    const std::vector<float> start = weights_of(model);
    w.assign(start.begin(), start.end());
  }

  std::vector<double> output(const std::vector<double> &weights, const float *x) const {
    std::vector<double> y(weights.end() - static_cast<long>(outputs), weights.end());
    for (size_t i = 0; i < inputs; ++i)
      for (size_t o = 0; o < outputs; ++o) y[o] += static_cast<double>(x[i]) * weights[i * outputs + o];
    return y;
  }
  Target target(const Dataset &set, size_t i) const {
    if (set.targets.empty()) return {set.classes[i]};
    return {-1, set.targets.data() + i * outputs};
  }
  double mean_loss(const std::vector<double> &weights, const Dataset &set, bool is_weighted = true) const {
    double sum = 0;
    for (size_t i = 0; i < set.size(); ++i)
      sum +=
          (is_weighted && !class_weights.empty() ? class_weights[static_cast<size_t>(set.classes[i])] : 1) *
          loss_formula(loss, output(weights, set.example(i)), target(set, i));
    return sum / static_cast<double>(set.size());
  }
  double mean_loss(const Dataset &set) const { return mean_loss(w, set); }
  double validation_loss(const Dataset &set) const { return mean_loss(w, set, false); }
  double accuracy(const Dataset &set) const {
    size_t right = 0;
    for (size_t i = 0; i < set.size(); ++i) {
      const std::vector<double> y = output(w, set.example(i));
      const auto best = std::max_element(y.begin(), y.end()) - y.begin();
      right += (outputs == 1 ? y[0] > 0 : best) == set.classes[i];
    }
    return static_cast<double>(right) / static_cast<double>(set.size());
  }

  std::vector<double> gradient(const Dataset &set) const {
    constexpr double kStep = 1e-5;
    std::vector<double> g;
    for (size_t i = 0; i < w.size(); ++i) {
      std::vector<double> high = w, low = w;
      high[i] += kStep;
      low[i] -= kStep;
      g.push_back((mean_loss(high, set) - mean_loss(low, set)) / (2 * kStep));
    }
    return g;
  }
  void step(const Dataset &set, double rate) {
    std::vector<double> g = gradient(set);
    for (double &v : g)
      if (clip_value > 0) v = std::fmax(-clip_value, std::fmin(clip_value, v));
    const double norm = std::sqrt(std::inner_product(g.begin(), g.end(), g.begin(), 0.0));
    const double scale = clip_norm > 0 && norm > clip_norm ? clip_norm / norm : 1;
    for (size_t i = 0; i < w.size(); ++i) w[i] -= rate * scale * g[i];
  }
};

inline void expect_near(const std::vector<float> &got, const std::vector<double> &expected,
                        double tolerance = 2e-6) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(static_cast<double>(got[i]), expected[i], tolerance) << "weight " << i;
}

}  // namespace mote::test
