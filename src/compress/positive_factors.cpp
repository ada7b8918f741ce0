// gamma (y - mean) / deviation + beta is the same with -gamma, -y and -mean. Which normalization is folded
// into which kernel: graph/fold.h.
#include "compress/positive_factors.h"

#include <algorithm>

#include "graph/fold.h"
#include "graph/op_def.h"

namespace mote {

namespace {

int with_role(const Graph &graph, const Node &node, Role role) {
  for (const int p : node.params)
    if (graph.params[static_cast<size_t>(p)].role == role) return p;
  return -1;
}

void turn(Graph &graph, int param, size_t channel, size_t channels) {
  if (param < 0) return;
  std::vector<float> &data = graph.params[static_cast<size_t>(param)].data;
  for (size_t i = channel; i < data.size(); i += channels) data[i] = -data[i];
}

}  // namespace

void make_factors_positive(Graph &graph, size_t param) {
  const auto channels = static_cast<size_t>(graph.params[param].channels());
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node &node = graph.nodes[n];
    const bool is_its =
        std::find(node.params.begin(), node.params.end(), static_cast<int>(param)) != node.params.end();
    if (!is_its || !node.op->has(Property::kTakesChannelAffine)) continue;
    const int value = static_cast<int>(n) + 1, reader = only_reader(graph, value);
    if (reader < 0) return;
    const Node &normalization = graph.nodes[static_cast<size_t>(reader)];
    const int gamma = with_role(graph, normalization, Role::kGamma);
    const auto last = [&](int v) { return static_cast<size_t>(graph.value_shape(v)[-1]); };
    if (gamma < 0 || last(value) != channels || last(normalization.inputs[0]) != channels) return;
    const int bias = with_role(graph, node, Role::kBias);
    const int mean = with_role(graph, normalization, Role::kMovingMean);
    for (size_t c = 0; c < channels; ++c) {
      if (!(graph.params[static_cast<size_t>(gamma)].data[c] < 0)) continue;
      for (const int p : {static_cast<int>(param), bias, gamma, mean}) turn(graph, p, c, channels);
    }
    return;
  }
}

}  // namespace mote
