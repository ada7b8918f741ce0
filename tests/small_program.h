// A program of one dense layer and one curve, and its outputs in double precision from the formulas.
#pragma once

#include <cmath>

#include "features/preprocessing.h"
#include "test_support.h"

namespace mote::test {

enum class Last { kSoftmax, kLogistic, kLogits };

struct SmallProgram {
  IntegerProgram p;
  int window, channels, outputs;
  double deviation = 1.5;

  SmallProgram(int w, int c, int classes, Last last, bool is_per_feature = false)
      : window(w), channels(c), outputs(last == Last::kLogistic ? 1 : classes) {
    Random random(static_cast<uint64_t>(100 * w + 10 * c + classes));
    p.name = "toy";
    const int x = p.add_tensor({"x", {1, w, c}, DType::kInt8, {{0.05f}, {3}, 0}, {}, false});
    ProgramTensor weights{"w", {outputs, w * c}, DType::kInt8, {{}, {}, 0}, {}, true},
        bias{"b", {outputs}, DType::kInt32, {{}, {}, 0}, {}, true};
    for (int k = 0; k < outputs; ++k) {
      weights.quant.scale.push_back(0.006f + 0.001f * static_cast<float>(k));
      weights.quant.zero_point.push_back(0);
      bias.quant.scale.push_back(0.05f * weights.quant.scale.back());
      bias.quant.zero_point.push_back(0);
      const auto b = static_cast<int32_t>(random.below(2000)) - 1000;
      const auto *bytes = reinterpret_cast<const uint8_t *>(&b);
      bias.data.insert(bias.data.end(), bytes, bytes + 4);
    }
    for (size_t i = 0; i < weights.shape.elements(); ++i)
      weights.data.push_back(static_cast<uint8_t>(static_cast<int>(random.below(255)) - 127));
    const int iw = p.add_tensor(weights), ib = p.add_tensor(bias);
    const int logits = p.add_tensor({"logits", {1, outputs}, DType::kInt8, {{0.1f}, {-5}, 0}, {}, false});
    p.layers.push_back({"dense", "dense", {{"activation", std::string("none")}}, {x, iw, ib}, {logits}});
    int y = logits;
    if (last != Last::kLogits) {
      y = p.add_tensor({"y", {1, outputs}, DType::kInt8, {{1.0f / 256}, {-128}, 0}, {}, false});
      const bool is_softmax = last == Last::kSoftmax;
      p.layers.push_back({is_softmax ? "softmax" : "logistic",
                          "last",
                          is_softmax ? Attrs{{"beta", 1.0}} : Attrs{},
                          {logits},
                          {y}});
    }
    p.inputs = {x};
    p.outputs = {y};
    const int period = is_per_feature ? w * c : c;
    std::vector<float> offset, gain;
    for (int i = 0; i < period; ++i) {
      offset.push_back(0.5f * static_cast<float>(i) - 1);
      gain.push_back(static_cast<float>(1 / (deviation * 0.05)) * (1 + 0.1f * static_cast<float>(i % 3)));
    }
    p.front_end.steps = {quantization(offset, gain, 3)};
    p.front_end.window = w;
    p.front_end.channels = c;
    for (int i = 0; i < c; ++i) p.front_end.channel_names.push_back("ch" + std::to_string(i));
    for (int k = 0; k < classes; ++k)
      p.labels.push_back(std::vector<std::string>{"walk", "10", "2", "b", "a"}[static_cast<size_t>(k)]);
  }

  std::vector<float> random_rows(int rows, uint64_t seed) const {
    Random random(seed);
    std::vector<float> values;
    for (int r = 0; r < rows; ++r)
      for (int i = 0; i < channels; ++i)
        values.push_back(static_cast<float>(0.5 * i - 1 + deviation * random.normal()));
    return values;
  }
  std::vector<int> front_end(const float *raw) const {
    std::vector<int> q;
    const InputQuantization f = input_quantization(p.front_end);
    for (size_t i = 0; i < static_cast<size_t>(window * channels); ++i) {
      const float centred = raw[i] - f.offset[i % f.offset.size()];
      q.push_back(static_cast<int>(
          std::clamp(std::round(centred * f.gain[i % f.gain.size()]) + 3.0f, -128.0f, 127.0f)));
    }
    return q;
  }
  // Real outputs: probabilities, or logits.
  std::vector<double> real_outputs(const float *raw) const {
    const std::vector<int> q = front_end(raw);
    std::vector<double> z;
    const ProgramTensor &w = p.tensor(1), &b = p.tensor(2);
    for (size_t k = 0; k < static_cast<size_t>(outputs); ++k) {
      double sum = b.values<int32_t>()[k];
      for (size_t i = 0; i < q.size(); ++i) sum += w.values<int8_t>()[k * q.size() + i] * (q[i] - 3);
      const double real = sum * 0.05 * static_cast<double>(w.quant.scale[k]);
      z.push_back(0.1 * (std::clamp(std::round(real / 0.1) - 5, -128.0, 127.0) + 5));
    }
    if (p.layers.size() == 1) return z;
    if (outputs == 1) return {1 / (1 + std::exp(-z[0]))};
    const double most = *std::max_element(z.begin(), z.end());
    double sum = 0;
    for (double &v : z) sum += v = std::exp(v - most);
    for (double &v : z) v /= sum;
    return z;
  }
};

}  // namespace mote::test
