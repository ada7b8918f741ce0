#include "train/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/math.h"

namespace mote {

// A step below this many multiply-adds is one shard: handing it to a second thread costs more than it saves.
constexpr uint64_t kShardMacs = 1'000'000;
constexpr int kMostShards = 8;

static uint64_t forward_macs(const Graph &graph) {
  uint64_t macs = 0;
  for (const Node &node : graph.nodes) {
    std::vector<Shape> in = graph.view(node).in;
    for (int p : node.params) in.push_back(graph.params[static_cast<size_t>(p)].shape);
    if (node.op->cost.is_given()) macs += node.op->cost.get()(in, node.shape, node.attrs).macs;
  }
  return macs;
}

Network::Network(const Graph &graph, int batch, uint64_t seed, ThreadPool &pool, bool keep_softmax)
    : batch_(batch), seed_(seed), pool_(pool) {
  MOTE_CHECK(batch > 0);
  const uint64_t step_macs = 3 * forward_macs(graph) * static_cast<uint64_t>(batch);
  const int wanted = static_cast<int>(std::clamp<uint64_t>(step_macs / kShardMacs, 1, kMostShards));
  shard_size_ = (batch + wanted - 1) / wanted;
  plan(graph, keep_softmax);
  for (const Parameter &p : graph.params) weights_.insert(weights_.end(), p.data.begin(), p.data.end());
  batch_input_.resize(static_cast<size_t>(batch) * graph.input.elements());
  shards_.resize(static_cast<size_t>((batch + shard_size_ - 1) / shard_size_));
  for (size_t s = 0; s < shards_.size(); ++s) bind(shards_[s], static_cast<int>(s) * shard_size_);
}

void Network::plan(const Graph &graph, bool keep_softmax) {
  size_t count = graph.nodes.size();
  if (!keep_softmax && count > 0 && graph.nodes[count - 1].op->is_fused_with_cross_entropy) --count;
  last_value_ = static_cast<int>(count);
  const Shape &out = graph.value_shape(last_value_);
  if (out.rank() != 1)
    throw Error(ErrorCode::kShape, "model",
                fmt::format("its output {} must have one dimension, one score per class", out.text()),
                "end with Flatten and Dense");
  classes_ = out[0];
  std::vector<size_t> param_offset;
  size_t total = 0;
  for (const Parameter &p : graph.params) param_offset.push_back(total), total += p.shape.elements();
  value_floats_ = {graph.input.elements()};
  value_offset_ = {0};
  owner_ = {0};
  const auto rows = static_cast<size_t>(shard_size_);
  for (size_t i = 0; i < count; ++i) {
    const Node &node = graph.nodes[i];
    const std::string where = in_layer(node.op->name, node.name);
    if (!node.op->forward.is_given()) throw Error(ErrorCode::kUnsupported, where, node.op->forward.why());
    if (!node.op->backward.is_given()) throw Error(ErrorCode::kUnsupported, where, node.op->backward.why());
    const NodeView view = graph.view(node);
    const Forward &forward = node.op->forward.get();
    const Backward &backward = node.op->backward.get();
    NodePlan plan{forward.compile(view), backward.compile(view), node.inputs, {},
                  state_total_,          node.op->is_view};
    for (int p : node.params) plan.params.push_back(param_offset[static_cast<size_t>(p)]);
    state_total_ += forward.state_floats(view) * rows;
    scratch_total_ = std::max({scratch_total_, forward.scratch_floats(view), backward.scratch_floats(view)});
    value_floats_.push_back(node.shape.elements());
    owner_.push_back(node.op->is_view ? owner_[static_cast<size_t>(node.inputs[0])]
                                      : static_cast<int>(i) + 1);
    value_offset_.push_back(values_total_);
    if (!node.op->is_view) values_total_ += node.shape.elements() * rows;
    nodes_.push_back(std::move(plan));
  }
}

float *Network::value(Shard &shard, int first_row, int v) {
  const auto o = static_cast<size_t>(owner_[static_cast<size_t>(v)]);
  if (o == 0) return batch_input_.data() + static_cast<size_t>(first_row) * value_floats_[0];
  return shard.values.data() + value_offset_[o];
}

float *Network::gradient(Shard &shard, int v) {
  const auto o = static_cast<size_t>(owner_[static_cast<size_t>(v)]);
  return o == 0 ? nullptr
                : shard.gradients.data() + value_offset_[o];  // nothing asks for the input's gradient
}

void Network::bind(Shard &shard, int first_row) {
  shard.values.resize(values_total_);
  shard.gradients.resize(values_total_);
  shard.state.resize(state_total_);
  shard.scratch.resize(scratch_total_);
  shard.dweights.resize(weights_.size());
  for (const NodePlan &node : nodes_) {
    std::vector<const float *> x, params;
    std::vector<float *> dx, dparams;
    for (int v : node.inputs) x.push_back(value(shard, first_row, v)), dx.push_back(gradient(shard, v));
    for (size_t p : node.params)
      params.push_back(weights_.data() + p), dparams.push_back(shard.dweights.data() + p);
    shard.x.push_back(x), shard.params.push_back(params), shard.dx.push_back(dx),
        shard.dparams.push_back(dparams);
  }
}

int Network::shard_rows(int shard, int rows) const {
  return std::clamp(rows - shard * shard_size_, 0, shard_size_);
}

const float *Network::logits(int row) const {
  const auto &shard = shards_[static_cast<size_t>(row / shard_size_)];
  const auto o = static_cast<size_t>(owner_[static_cast<size_t>(last_value_)]);
  const float *base =
      o == 0 ? batch_input_.data() + static_cast<size_t>(row / shard_size_ * shard_size_) * value_floats_[0]
             : shard.values.data() + value_offset_[o];
  return base + static_cast<size_t>(row % shard_size_) * static_cast<size_t>(classes_);
}

void Network::forward(Shard &shard, int first_row, int rows, bool is_training, uint64_t step_index) {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    NodePlan &node = nodes_[i];
    if (node.is_alias) continue;
    ForwardArgs a;
    a.rows = rows, a.x = shard.x[i].data(), a.y = value(shard, first_row, static_cast<int>(i) + 1);
    a.params = shard.params[i].data(), a.state = shard.state.data() + node.state_offset,
    a.scratch = shard.scratch.data();
    a.is_training = is_training, a.seed = seed_ + i, a.step = step_index, a.first_row = first_row;
    node.forward(a);
  }
}

// Mean cross-entropy over the batch from logits: log sum exp(x) - x[class]. The gradient is softmax - one
// hot.
void Network::loss(Shard &shard, int first_row, int rows, int batch_rows, const int *classes,
                   const std::vector<float> *class_weights) {
  shard.result = {};
  const float *x = value(shard, first_row, last_value_);
  float *dx = gradient(shard, last_value_);
  const auto n = static_cast<size_t>(classes_);
  for (int r = 0; r < rows; ++r, x += n) {
    const auto truth = static_cast<size_t>(classes[first_row + r]);
    const size_t best = static_cast<size_t>(std::max_element(x, x + n) - x);
    double sum = 0;
    for (size_t c = 0; c < n; ++c) sum += exact_exp(static_cast<double>(x[c]) - static_cast<double>(x[best]));
    const double weight =
        class_weights && !class_weights->empty() ? static_cast<double>((*class_weights)[truth]) : 1.0;
    shard.result.loss_sum +=
        weight * (exact_log(sum) + static_cast<double>(x[best]) - static_cast<double>(x[truth]));
    shard.result.correct += best == truth;
    if (class_weights == nullptr) continue;
    const double scale = weight / batch_rows;
    for (size_t c = 0; c < n; ++c) {
      const double p = exact_exp(static_cast<double>(x[c]) - static_cast<double>(x[best])) / sum;
      *dx++ = static_cast<float>(scale * (p - (c == truth ? 1.0 : 0.0)));
    }
  }
}

void Network::backward(Shard &shard, int first_row, int rows) {
  for (size_t i = nodes_.size(); i-- > 0;) {
    NodePlan &node = nodes_[i];
    if (node.is_alias) continue;
    BackwardArgs a;
    a.rows = rows, a.x = shard.x[i].data(), a.y = value(shard, first_row, static_cast<int>(i) + 1),
    a.dy = gradient(shard, static_cast<int>(i) + 1);
    a.dx = shard.dx[i].data(), a.params = shard.params[i].data(), a.dparams = shard.dparams[i].data();
    a.state = shard.state.data() + node.state_offset, a.scratch = shard.scratch.data();
    node.backward(a);
  }
}

StepResult Network::step(int rows, const int *classes, const std::vector<float> &class_weights,
                         uint64_t step_index) {
  const int count = (rows + shard_size_ - 1) / shard_size_;
  pool_.run(count, [&](int s) {
    Shard &shard = shards_[static_cast<size_t>(s)];
    const int first = s * shard_size_, n = shard_rows(s, rows);
    std::memset(shard.gradients.data(), 0, shard.gradients.size() * sizeof(float));
    std::memset(shard.dweights.data(), 0, shard.dweights.size() * sizeof(float));
    forward(shard, first, n, true, step_index);
    loss(shard, first, n, rows, classes, &class_weights);
    backward(shard, first, n);
  });
  StepResult total;
  std::vector<float> &sum = shards_[0].dweights;
  for (int s = 0; s < count; ++s) {
    const Shard &shard = shards_[static_cast<size_t>(s)];
    total.loss_sum += shard.result.loss_sum, total.correct += shard.result.correct;
    if (s > 0)
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += shard.dweights[i];
  }
  return total;
}

StepResult Network::evaluate(int rows, const int *classes) {
  const int count = (rows + shard_size_ - 1) / shard_size_;
  pool_.run(count, [&](int s) {
    Shard &shard = shards_[static_cast<size_t>(s)];
    const int first = s * shard_size_, n = shard_rows(s, rows);
    forward(shard, first, n, false, 0);
    loss(shard, first, n, rows, classes, nullptr);
  });
  StepResult total;
  for (int s = 0; s < count; ++s)
    total.loss_sum += shards_[static_cast<size_t>(s)].result.loss_sum,
        total.correct += shards_[static_cast<size_t>(s)].result.correct;
  return total;
}

void Network::store(Graph &graph) const {
  size_t at = 0;
  for (Parameter &p : graph.params) {
    std::copy_n(weights_.begin() + static_cast<long>(at), p.data.size(), p.data.begin());
    at += p.data.size();
  }
}

}  // namespace mote
