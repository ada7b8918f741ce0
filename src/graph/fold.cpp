// Folding: scales and shifts of channels move into the weights before them, those of the input into its
// normalization, and what acts in training only goes. The graph with nodes in place of statistics, which
// quantization-aware training tunes, is made here too.
#include "graph/fold.h"

#include <cmath>
#include <numeric>
#include <utility>

#include "graph/op_def.h"

namespace mote {

// What changes no value at inference.
static bool is_transparent(const Node &node) {
  return node.op->has(Property::kView) || node.op->has(Property::kIdentityAtInference);
}

int only_reader(const Graph &graph, int value) {
  int reader = -1, readers = 0;
  for (int i = 0; i < graph.count(); ++i)
    for (int v : graph.nodes[i].inputs)
      if (v == value) {
        reader = i;
        ++readers;
      }
  if (readers != 1) return -1;
  return is_transparent(graph.nodes[reader]) ? only_reader(graph, reader + 1) : reader;
}

namespace {

// Values that the channels of a kernel share stay shared but for the channels' factors.
void scale_form(WeightForm &form, const std::vector<double> &scale) {
  if (form.clusters == 0 || form.is_per_channel) return;
  form.gain.resize(scale.size(), 1.0f);
  for (size_t c = 0; c < scale.size(); ++c) form.gain[c] = form.gain[c] * scale[c];
}

// The node whose channels `reader` scales and that can take the scale over; -1: none.
int node_before(const Graph &graph, const Node &reader) {
  int value = reader.inputs[0];
  const int channels = graph.value_shape(value)[-1];
  while (value > 0 && is_transparent(graph.nodes[value - 1])) value = graph.nodes[value - 1].inputs[0];
  if (value == 0 || !graph.nodes[value - 1].op->has(Property::kTakesChannelAffine)) return -1;
  // a view may have changed what the last axis means
  return graph.value_shape(value)[-1] == channels ? value - 1 : -1;
}

struct Folding {
  const Graph &from;
  Graph to = {};
  std::vector<bool> moves = {};     // per node: into the one before it, or out of the graph
  std::vector<int> affine_of = {};  // per node: the node that moves into it, or -1
  std::vector<int> new_value = {};

  const std::vector<float> &data(int param) const { return from.params[param].data; }
  ChannelAffine affine(const Node &node) const {
    std::vector<const std::vector<float> *> params;
    for (int p : node.params) params.push_back(&data(p));
    return node.op->channel_affine(node.attrs, params);
  }

  // first[i]: nodes of the new graph before node i of the old one.
  void keep_layers(const std::vector<int> &first) {
    for (GraphLayer layer : from.layers) {
      layer.first_node = first[layer.first_node];
      layer.last_node = first[layer.last_node];
      to.layers.push_back(layer);
    }
  }

  void begin() {
    to.name = from.name;
    to.input = from.input;
    moves.assign(from.nodes.size(), false);
    affine_of.assign(from.nodes.size(), -1);
    new_value.assign(from.nodes.size() + 1, 0);
  }

  // The new graph, of the nodes that do not move.
  Graph build() {
    std::vector<int> first(from.nodes.size() + 1, 0);
    for (int i = 0; i < from.count(); ++i) {
      if (moves[i])
        new_value[i + 1] = new_value[from.nodes[i].inputs[0]];
      else
        copy(i);
      first[i + 1] = to.count();
    }
    keep_layers(first);
    return std::move(to);
  }

  Graph without(int node) {
    begin();
    moves[node] = true;
    return build();
  }

  void copy(int i) {
    const Node &node = from.nodes[i];
    Attrs attrs = node.attrs;
    if (affine_of[i] >= 0) attrs["use_bias"] = int64_t{1};
    std::vector<int> inputs;
    for (int v : node.inputs) inputs.push_back(new_value[v]);
    new_value[i + 1] = to.add(node.op->name, node.name, attrs, inputs);
    const Node &copied = to.nodes.back();
    for (int p : node.params) {
      const Parameter &old = from.params[p];
      Parameter &now = *to.param(copied, old.role);
      now.data = old.data;
      now.l1 = old.l1;
      now.l2 = old.l2;
      now.form = old.form;
    }
    if (affine_of[i] < 0) return;
    const ChannelAffine a = affine(from.nodes[affine_of[i]]);
    scale_form(to.param(copied, Role::kKernel)->form, a.scale);
    std::vector<float> &kernel = to.param(copied, Role::kKernel)->data;
    std::vector<float> &bias = to.param(copied, Role::kBias)->data;
    const size_t channels = a.scale.size();
    for (size_t k = 0; k < kernel.size(); ++k) kernel[k] = kernel[k] * a.scale[k % channels];
    for (size_t c = 0; c < channels; ++c) bias[c] = bias[c] * a.scale[c] + a.offset[c];
  }
};

// One layer of scales and shifts each; `has_moved`: there was one.
Graph fold_once(const Graph &graph, bool &has_moved) {
  Folding f{graph};
  f.begin();
  for (int i = 0; i < graph.count(); ++i) {
    if (!graph.nodes[i].op->channel_affine) continue;
    const int before = node_before(graph, graph.nodes[i]);
    if (before < 0 || only_reader(graph, before + 1) != i || f.affine_of[before] >= 0) continue;
    f.moves[i] = has_moved = true;
    f.affine_of[before] = i;
  }
  return f.build();
}

}  // namespace

Graph fold(const Graph &graph) {
  bool has_moved = false;
  Graph result = fold_once(graph, has_moved);
  // one behind another that has moved
  while (std::exchange(has_moved, false)) result = fold_once(result, has_moved);
  return result;
}

Graph tunable(const Graph &graph) {
  Folding f{graph};
  f.begin();
  std::vector<int> first(graph.nodes.size() + 1, 0);
  for (int i = 0; i < graph.count(); ++i) {
    const Node &node = graph.nodes[i];
    const int x = f.new_value[node.inputs.empty() ? 0 : node.inputs[0]];
    if (node.op->has(Property::kIdentityAtInference)) {
      f.new_value[i + 1] = x;
    } else if (node.op->at_inference) {
      std::vector<const std::vector<float> *> params;
      for (int p : node.params) params.push_back(&f.data(p));
      f.new_value[i + 1] = node.op->at_inference(f.to, graph.view(node), params, x);
    } else {
      f.copy(i);
    }
    first[i + 1] = f.to.count();
  }
  f.keep_layers(first);
  for (Parameter &p : f.to.params) p.l1 = p.l2 = 0;
  return std::move(f.to);
}

namespace {

// The node that scales and shifts the channels of the input and alone reads it; -1: there is none.
int first_affine(const Graph &graph) {
  const int reader = only_reader(graph, 0);
  return reader >= 0 && graph.nodes[reader].op->channel_affine ? reader : -1;
}

// (x - mean) gain, then scale and offset, as one: (x - (mean - offset / (gain scale))) gain scale. Both
// periods divide the window, so the longer one or their common multiple does. false: a factor is 0, or
// nearly.
bool move_into(PreprocessingStep &step, const ChannelAffine &affine) {
  const std::vector<float> &mean = step.table("mean"), &gain = step.table("gain");
  const size_t period = std::lcm(mean.size(), affine.scale.size());
  std::vector<float> new_mean, new_gain;
  for (size_t i = 0; i < period; ++i) {
    const size_t c = i % affine.scale.size();
    const double factor = double{gain[i % gain.size()]} * affine.scale[c];
    const double shifted = mean[i % mean.size()] - affine.offset[c] / factor;
    new_gain.push_back(static_cast<float>(factor));
    new_mean.push_back(static_cast<float>(shifted));
    if (!std::isnormal(new_gain.back()) || !std::isfinite(new_mean.back())) return false;
  }
  step.tables["mean"] = std::move(new_mean);
  step.tables["gain"] = std::move(new_gain);
  return true;
}

}  // namespace

Model folded(const Model &model) {
  Model result = model;
  Preprocessing &before = result.preprocessing;
  // an autoencoder is compared with its input, which therefore stays as it is
  const bool can_move = !before.steps.empty() && before.steps.back().block == "normalization" &&
                        before.target != ModelTarget::kInput;
  for (int i = first_affine(result.graph); can_move && i >= 0; i = first_affine(result.graph)) {
    Folding f{result.graph};
    const ChannelAffine affine = f.affine(result.graph.nodes[i]);
    if (!move_into(before.steps.back(), affine)) break;
    result.graph = f.without(i);
  }
  result.graph = fold(result.graph);
  return result;
}

}  // namespace mote
