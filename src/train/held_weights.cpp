// Zeros, clusters and four bits under an optimizer; see the header. Which weights share a value is read from
// the weights: those of one cluster are equal, but for the factor of their channel where a normalization was
// folded into them.
#include "train/held_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "graph/op_def.h"

namespace mote {

bool HeldWeights::is_needed(const Graph &graph) {
  return std::any_of(graph.params.begin(), graph.params.end(),
                     [](const Parameter &p) { return p.form.is_set(); });
}

void round_to_4_bits(const float *from, size_t size, size_t channels, float *to, size_t scaled) {
  constexpr double kToEven = 0x1.8p52;  // a number below 2^51 that is added to it loses its fraction
  std::vector<float> largest(channels / scaled, 0.0f);
  const auto largest_of = [&](size_t i) -> float & { return largest[i % channels / scaled]; };
  for (size_t i = 0; i < size; ++i) largest_of(i) = std::max(largest_of(i), std::fabs(from[i]));
  for (size_t i = 0; i < size; ++i) {
    const float step = largest_of(i) / 7.0f;
    to[i] = step > 0 ? step * static_cast<float>((double{from[i]} / step + kToEven) - kToEven) : 0.0f;
  }
}

float HeldWeights::Held::shared(size_t weight, const float *weights) const {
  return gain(weight) != 0 ? weights[weight] / gain(weight) : 0.0f;
}

// Equal values are one cluster. Behind a folded normalization they are equal up to the rounding of a product.
void HeldWeights::find_clusters(Held &h, const Parameter &p, const float *weights) const {
  constexpr float kRounding = 1e-6f;
  const size_t groups = h.form.is_per_channel ? h.channels : 1;
  std::vector<std::vector<size_t>> members(groups);
  for (size_t i = 0; i < h.size; ++i) {
    if (h.gain(i) == 0) h.cluster[i] = kZero;  // of a channel that a normalization switched off
    if (h.cluster[i] != kZero) members[i % groups].push_back(i);
  }
  int clusters = 0;
  for (std::vector<size_t> &list : members) {
    std::stable_sort(list.begin(), list.end(),
                     [&](size_t a, size_t b) { return h.shared(a, weights) < h.shared(b, weights); });
    const int first = clusters;
    float last = 0;
    for (size_t i : list) {
      const float v = h.shared(i, weights);
      if (clusters == first || std::fabs(v - last) > kRounding * std::fabs(last)) ++clusters;
      last = v;
      h.cluster[i] = clusters - 1;
    }
    if (clusters - first > h.form.clusters - (h.form.keeps_zeros ? 1 : 0))
      throw Error(ErrorCode::kDataFormat, p.name,
                  fmt::format("has {} different weights{} and is marked to have {}", clusters - first,
                              h.form.is_per_channel ? " in a channel" : "", h.form.clusters),
                  "compress the model anew");
  }
}

// As the op's integer layer has them.
static size_t channels_of_a_scale(const Graph &graph, size_t param) {
  for (const Node &node : graph.nodes)
    for (const int p : node.params)
      if (p == static_cast<int>(param) && node.op->weight_scales > 0)
        return static_cast<size_t>(graph.params[param].channels() / node.op->weight_scales);
  return 1;
}

void HeldWeights::begin(const Graph &graph, const std::vector<float *> &params) {
  held_.clear();
  for (size_t k = 0; k < graph.params.size(); ++k) {
    const Parameter &p = graph.params[k];
    if (!p.form.is_set()) continue;
    const auto channels = static_cast<size_t>(p.channels());
    Held h{k, p.shape.elements(), channels, channels_of_a_scale(graph, k), p.form, {}, {}};
    h.cluster.assign(h.size, kFree);
    for (size_t i = 0; i < h.size; ++i)
      if (p.form.keeps_zeros && params[k][i] == 0) h.cluster[i] = kZero;
    if (p.form.clusters > 0) find_clusters(h, p, params[k]);
    if (p.form.bits == 4 && has_rounding_) h.exact.assign(params[k], params[k] + h.size);
    held_.push_back(std::move(h));
  }
  if (!restored_.empty()) restore_from(std::move(restored_));
  restored_.clear();
  for (Held &h : held_) {
    float *weights = params[h.param];
    for (size_t i = 0; i < h.size; ++i) {
      const size_t c = h.cluster[i] < 0 ? 0 : h.cluster[i] + 1;
      if (h.value.size() < c) {
        h.value.resize(c, 0.0f);
        h.first.resize(c, SIZE_MAX);
      }
      if (c == 0 || h.first[c - 1] != SIZE_MAX) continue;
      h.first[c - 1] = i;
      h.value[c - 1] = h.shared(i, weights);
    }
    if (!h.exact.empty()) round_to_4_bits(h.exact.data(), h.size, h.channels, weights, h.scaled);
  }
}

// Clusters as they were: two values may have met since.
void HeldWeights::restore_from(std::vector<float> memory) {
  size_t wanted = 0;
  for (const Held &h : held_) wanted += h.size + h.exact.size();
  if (wanted != memory.size())
    throw Error(ErrorCode::kDataFormat, "train", "the saved state does not fit the model");
  const float *from = memory.data();
  for (Held &h : held_) {
    for (int &cluster : h.cluster) {
      const float saved = *from++;
      if (!(saved >= kFree && saved < static_cast<float>(h.size)))
        throw Error(ErrorCode::kDataFormat, "train", "the saved state does not fit the model");
      cluster = static_cast<int>(saved);
    }
    std::copy_n(from, h.exact.size(), h.exact.begin());
    from += h.exact.size();
  }
}

std::vector<float> HeldWeights::memory() const {
  std::vector<float> list;
  for (const Held &h : held_) {
    for (int cluster : h.cluster) list.push_back(static_cast<float>(cluster));
    list.insert(list.end(), h.exact.begin(), h.exact.end());
  }
  return list;
}

void HeldWeights::before_update(const std::vector<float *> &gradients, const std::vector<float *> &params) {
  for (Held &h : held_) {
    float *gradient = gradients[h.param], *weights = params[h.param];
    if (!h.exact.empty()) std::copy(h.exact.begin(), h.exact.end(), weights);
    std::vector<double> sums(h.value.size(), 0.0);
    for (size_t i = 0; i < h.size; ++i) {
      if (h.cluster[i] >= 0) sums[h.cluster[i]] += double{gradient[i]} * h.gain(i);
      if (h.cluster[i] != kFree) gradient[i] = 0;
    }
    for (size_t c = 0; c < sums.size(); ++c) {
      if (h.first[c] == SIZE_MAX) continue;
      gradient[h.first[c]] = sums[c];
      weights[h.first[c]] = h.value[c];
    }
  }
}

void HeldWeights::after_update(uint64_t, const std::vector<float *> &params) {
  for (Held &h : held_) {
    float *weights = params[h.param];
    for (size_t c = 0; c < h.value.size(); ++c)
      if (h.first[c] != SIZE_MAX) h.value[c] = weights[h.first[c]];
    for (size_t i = 0; i < h.size; ++i) {
      if (h.cluster[i] >= 0) weights[i] = h.value[h.cluster[i]] * h.gain(i);
      if (h.cluster[i] == kZero) weights[i] = 0;
    }
    if (h.exact.empty()) continue;
    std::copy_n(weights, h.size, h.exact.begin());
    round_to_4_bits(h.exact.data(), h.size, h.channels, weights, h.scaled);
  }
}

}  // namespace mote
