// Which node gives the output of which layer, and the smallest and largest value seen there.
//
// Not the ranges that quantization works with: those are of the folded model, from examples
// (quant/calibrate.cpp). These are of training batches, with dropout and the batch's own statistics.
#include "train/layer_ranges.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "graph/op_def.h"
#include "kernels/loops.h"

namespace mote {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr ValueRange kNothing = {kInfinity, -kInfinity};

void LayerRanges::plan(const Graph &graph, const std::vector<int> &owner, int values) {
  std::vector<std::string> name_of(graph.nodes.size());
  for (const GraphLayer &layer : graph.layers) {
    int last = -1;  // of its nodes that are computed and not only another shape
    for (int i = layer.first_node; i < std::min(layer.last_node, values); ++i)
      if (!graph.nodes[i].op->has(Property::kView)) last = i;
    if (last >= 0) name_of[owner[last + 1] - 1] = layer.name;
  }
  layer_of_.assign(graph.nodes.size(), -1);
  layers_.clear();
  for (int i = 0; i < graph.count(); ++i) {
    if (name_of[i].empty()) continue;
    layer_of_[i] = layers_.size();
    layers_.push_back(name_of[i]);
  }
}

void LayerRanges::start(size_t shards, const std::vector<ValueRange> &from) {
  MOTE_CHECK(from.empty() || from.size() == layers_.size());
  shards_.assign(shards, std::vector<ValueRange>(layers_.size(), kNothing));
  if (!from.empty() && shards > 0) shards_[0] = from;
}

void LayerRanges::note(size_t shard, int node, const float *values, size_t count) {
  if (shards_.empty() || layer_of_[node] < 0) return;
  ValueRange &range = shards_[shard][layer_of_[node]];
  kernels::loops().extend_range(values, count, &range.low, &range.high);
}

std::vector<ValueRange> LayerRanges::result() const {
  std::vector<ValueRange> all(layers_.size(), kNothing);
  for (const auto &shard : shards_)
    for (size_t l = 0; l < all.size(); ++l) {
      // + 0: whether a zero has a sign depends on the order in which it was met
      all[l].low = std::min(all[l].low, shard[l].low + 0.0f);
      all[l].high = std::max(all[l].high, shard[l].high + 0.0f);
    }
  return all;
}

}  // namespace mote
