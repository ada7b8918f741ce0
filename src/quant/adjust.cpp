// Cross-layer equalization and bias correction, on the folded float graph. How weights are rounded is not
// said here: bias correction asks for the layer that lowering would make. Called by prepare_deployment
// (quantize.cpp). Source: Nagel et al. 2019, "Data-free quantization through weight equalization and bias
// correction".
#include "quant/adjust.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "graph/fold.h"
#include "quant/calibrate.h"

namespace mote {

namespace {

// A layer whose channels can be scaled by its kernel and bias, and whose kernel knows its input's channels.
bool has_kernel_and_bias(const Graph &g, const Node &node) {
  const Parameter *kernel = g.param(node, Role::kKernel);
  return node.op->has(Property::kTakesChannelAffine) && kernel && kernel->input_axis >= 0 &&
         g.param(node, Role::kBias);
}

// The weighted node that alone reads `first` through ops that commute with positive factors; -1: there is
// none.
int partner_of(const Graph &g, int first) {
  for (int i = only_reader(g, first + 1); i >= 0; i = only_reader(g, i + 1)) {
    const Node &node = g.nodes[i];
    if (has_kernel_and_bias(g, node)) return i;
    if (!node.op->has(Property::kHomogeneous)) return -1;
  }
  return -1;
}

struct Pair {
  Parameter &first, &first_bias, &second;

  // Returns the largest change of a factor from 1.
  double balance() const {
    std::vector<float> &kernel = first.data, &bias = first_bias.data, &next = second.data;
    const size_t channels = bias.size();
    // where a view between them left one axis, channels still alternate in it
    const auto input_of = [&, along = second.shape.along(second.input_axis)](size_t i) {
      return along(i) % channels;
    };
    std::vector<double> before(channels), behind(channels), factor(channels, 1);
    const auto reach = [](double &largest, float w) { largest = std::max(largest, double{std::fabs(w)}); };
    for (size_t i = 0; i < kernel.size(); ++i) reach(before[i % channels], kernel[i]);
    for (size_t i = 0; i < next.size(); ++i) reach(behind[input_of(i)], next[i]);
    double change = 0;
    for (size_t c = 0; c < channels; ++c) {
      if (!(before[c] > 1e-9 && behind[c] > 1e-9)) continue;  // a dead channel stays as it is
      factor[c] = std::sqrt(before[c] / behind[c]);
      change = std::max(change, std::fabs(std::log(factor[c])));
    }
    for (size_t i = 0; i < kernel.size(); ++i) kernel[i] /= static_cast<float>(factor[i % channels]);
    for (size_t c = 0; c < channels; ++c) bias[c] /= static_cast<float>(factor[c]);
    for (size_t i = 0; i < next.size(); ++i) next[i] *= static_cast<float>(factor[input_of(i)]);
    return change;
  }
};

}  // namespace

int equalize(Graph &g) {
  std::vector<Pair> pairs;
  for (int i = 0; i < g.count(); ++i) {
    const Node &node = g.nodes[i];
    if (!has_kernel_and_bias(g, node)) continue;
    const int reader = partner_of(g, i);
    if (reader < 0) continue;
    const Node &next = g.nodes[reader];
    // a view may have changed what the last axis means
    const Shape &x = g.value_shape(next.inputs[0]);
    if (x.rank() > 1 && x[-1] != node.shape[-1]) continue;
    pairs.push_back(
        {*g.param(node, Role::kKernel), *g.param(node, Role::kBias), *g.param(next, Role::kKernel)});
  }
  constexpr int kRounds = 50;
  double change = 1;
  for (int round = 0; round < kRounds && change > 1e-4; ++round) {
    change = 0;
    for (const Pair &pair : pairs) change = std::max(change, pair.balance());
  }
  return pairs.size();
}

std::vector<float> rounded_weights(const Lowerer &lowerer, const Graph &g, int node) {
  const Parameter &kernel = *g.param(g.nodes[node], Role::kKernel);
  const IntegerProgram p = lowerer.lower_alone(node);
  const auto holds_kernel = [&](const ProgramTensor &t) {
    return t.is_constant && t.dtype == DType::kInt8 && t.shape.elements() == kernel.data.size();
  };
  const auto weights = std::find_if(p.tensors.begin(), p.tensors.end(), holds_kernel);
  MOTE_CHECK(weights != p.tensors.end());
  const std::vector<int8_t> q = weights->values<int8_t>();
  const std::vector<float> &scale = weights->quant.scale;
  const size_t channels = kernel.channels(), size = q.size() / channels;
  const bool is_channel_first = weights->quant.axis == 0;
  std::vector<float> rounded(q.size());
  for (size_t i = 0; i < q.size(); ++i) {
    const size_t c = i % channels;
    rounded[i] = scale[scale.size() == 1 ? 0 : c] * q[is_channel_first ? c * size + i / channels : i];
  }
  return rounded;
}

void correct_biases(Model &model, const Dataset &examples, const Lowerer &lowerer) {
  Graph &g = model.graph;
  Observer observer(model, kObserved);
  std::vector<std::vector<float>> errors(g.nodes.size());  // of the weights
  std::vector<std::vector<double>> sums(g.nodes.size());   // of what they do to each channel
  std::vector<std::function<void(const ForwardArgs &)>> kernels(g.nodes.size());
  for (int i = 0; i < g.count(); ++i) {
    const Node &node = g.nodes[i];
    if (!has_kernel_and_bias(g, node)) continue;
    const size_t channels = node.shape[-1];
    const std::vector<float> &kernel = g.param(node, Role::kKernel)->data;
    errors[i] = rounded_weights(lowerer, g, i);
    for (size_t k = 0; k < kernel.size(); ++k) errors[i][k] -= kernel[k];
    sums[i].assign(channels, 0);
    kernels[i] = node.op->forward->compile(g.view(node));
  }
  std::vector<float> y, scratch;
  for (size_t from = 0; from < examples.size(); from += kObserved) {
    const size_t rows = std::min(kObserved, examples.size() - from);
    observer.run(examples, from, rows);
    for (int i = 0; i < g.count(); ++i) {
      if (!kernels[i]) continue;
      const Node &node = g.nodes[i];
      y.resize(rows * node.shape.elements());
      scratch.resize(node.op->forward->scratch_floats(g.view(node)));
      const std::vector<float> no_bias(sums[i].size(), 0.0f);
      const float *x = observer.value(node.inputs[0]), *params[] = {errors[i].data(), no_bias.data()};
      ForwardArgs a;
      a.rows = rows;
      a.x = &x;
      a.y = y.data();
      a.params = params;
      a.scratch = scratch.data();
      kernels[i](a);
      for (size_t k = 0; k < y.size(); ++k) sums[i][k % sums[i].size()] += y[k];
    }
  }
  for (int i = 0; i < g.count(); ++i) {
    if (!kernels[i]) continue;
    const Node &node = g.nodes[i];
    std::vector<float> &bias = g.param(node, Role::kBias)->data;
    const double positions = 1.0 * (node.shape.elements() / bias.size()) * examples.size();
    for (size_t c = 0; c < bias.size(); ++c) bias[c] -= static_cast<float>(sums[i][c] / positions);
  }
}

}  // namespace mote
