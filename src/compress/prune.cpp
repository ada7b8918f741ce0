// Zeros by magnitude. Ties are broken by place, so that the same weights give the same zeros.
#include "compress/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "compress/kernels.h"

namespace mote {

namespace {

size_t share_of(double share, size_t count) {
  return std::min(count, static_cast<size_t>(std::floor(share * static_cast<double>(count) + 0.5)));
}

}  // namespace

std::string why_not_pruned(const Parameter &p, const Pruning &pruning) {
  if (!reads_channels(p)) return "each of its filters reads one channel";
  const bool is_block = pruning.kind == PruneKind::kBlocks;
  if (is_block || pruning.kind == PruneKind::kWeights) {
    const size_t parts = p.shape.elements() / (is_block ? kBlock : 1);
    if (share_of(pruning.share, parts) == 0)
      return fmt::format("{:g} of its {} {} is none", pruning.share, parts, is_block ? "blocks" : "weights");
  }
  if (pruning.kind == PruneKind::kWeights) return "";
  const int inputs = p.shape[p.shape.rank() - 2];
  const int group = pruning.kind == PruneKind::kNofM ? pruning.m : kBlock;
  if (inputs % group == 0) return "";
  return fmt::format("it reads {} channels, which is no multiple of {}", inputs, group);
}

namespace {

// The `count` smallest become 0.
template <class Zero>
void drop_smallest(const std::vector<double> &sizes, size_t count, Zero zero) {
  std::vector<size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sizes[a] < sizes[b]; });
  for (size_t k = 0; k < count; ++k) zero(order[k]);
}

// Weight k of group g, for groups of `size` neighbouring input channels.
struct Groups {
  size_t inputs, outputs, size, count;
  Groups(const Parameter &p, size_t group)
      : inputs(p.shape[p.shape.rank() - 2]),
        outputs(p.shape[-1]),
        size(group),
        count(p.shape.elements() / group) {}
  size_t at(size_t g, size_t k) const {
    const size_t output = g % outputs, row = g / outputs;  // a row of groups: of one tap
    return (row * size + k) * outputs + output;
  }
};

}  // namespace

void prune_weights(const Parameter &p, const Pruning &pruning, double share, float *weights) {
  if (pruning.kind == PruneKind::kWeights) {
    std::vector<double> sizes;
    for (size_t i = 0; i < p.shape.elements(); ++i) sizes.push_back(std::fabs(weights[i]));
    drop_smallest(sizes, share_of(share, sizes.size()), [&](size_t i) { weights[i] = 0; });
    return;
  }
  const bool is_block = pruning.kind == PruneKind::kBlocks;
  MOTE_CHECK(is_block || pruning.kind == PruneKind::kNofM);
  const Groups groups(p, is_block ? kBlock : pruning.m);
  std::vector<double> of_groups;
  for (size_t g = 0; g < groups.count; ++g) {
    std::vector<double> sizes;
    for (size_t k = 0; k < groups.size; ++k) sizes.push_back(std::fabs(weights[groups.at(g, k)]));
    if (is_block)
      of_groups.push_back(std::inner_product(sizes.begin(), sizes.end(), sizes.begin(), 0.0));
    else
      drop_smallest(sizes, groups.size - pruning.n, [&](size_t k) { weights[groups.at(g, k)] = 0; });
  }
  if (!is_block) return;
  drop_smallest(of_groups, share_of(share, groups.count), [&](size_t g) {
    for (size_t k = 0; k < groups.size; ++k) weights[groups.at(g, k)] = 0;
  });
}

void GrowingPruning::begin(const Graph &graph, const std::vector<float *> &) {
  specs_.clear();
  is_zero_.clear();
  for (int p : params_) {
    specs_.push_back(graph.params[p]);
    is_zero_.emplace_back(specs_.back().shape.elements(), false);
  }
}

void GrowingPruning::before_update(const std::vector<float *> &gradients, const std::vector<float *> &) {
  for (size_t k = 0; k < params_.size(); ++k)
    for (size_t i = 0; i < is_zero_[k].size(); ++i)
      if (is_zero_[k][i]) gradients[params_[k]][i] = 0;
}

void GrowingPruning::after_update(uint64_t step, const std::vector<float *> &params) {
  constexpr double kLast = 0.75;      // of the steps
  constexpr uint64_t kInterval = 16;  // steps between two choices
  const double t = std::min(1.0, static_cast<double>(step + 1) / (kLast * static_cast<double>(steps_)));
  const double left = 1 - t, share = pruning_.share * (1 - left * left * left);
  for (size_t k = 0; k < params_.size(); ++k) {
    float *weights = params[params_[k]];
    for (size_t i = 0; i < is_zero_[k].size(); ++i)
      if (is_zero_[k][i]) weights[i] = 0;
    if (is_done_ || (step % kInterval != 0 && t < 1)) continue;
    prune_weights(specs_[k], pruning_, share, weights);
    for (size_t i = 0; i < is_zero_[k].size(); ++i) is_zero_[k][i] = weights[i] == 0;
  }
  is_done_ = t >= 1;
}

}  // namespace mote
