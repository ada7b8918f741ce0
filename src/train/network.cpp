#include "train/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
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

Network::Network(const Graph &graph, int batch, uint64_t seed, ThreadPool &pool,
                 const NetworkOptions &options)
    : batch_(batch), seed_(seed), pool_(pool), options_(options) {
  MOTE_CHECK(batch > 0);
  check(options.loss);
  const uint64_t step_macs = 3 * forward_macs(graph) * static_cast<uint64_t>(batch);
  const int wanted = static_cast<int>(std::clamp<uint64_t>(step_macs / kShardMacs, 1, kMostShards));
  shard_size_ = (batch + wanted - 1) / wanted;
  plan(graph);
  weights_.resize(graph.parameter_count());
  for (size_t i = 0; i < graph.params.size(); ++i)
    std::copy(graph.params[i].data.begin(), graph.params[i].data.end(),
              weights_.begin() + static_cast<long>(param_offset_[i]));
  for (NodePlan &node : nodes_)
    for (size_t p : node.params) node.moved.push_back(weights_.data() + p);
  batch_input_.resize(static_cast<size_t>(batch) * graph.input.elements());
  shards_.resize(static_cast<size_t>((batch + shard_size_ - 1) / shard_size_));
  for (size_t s = 0; s < shards_.size(); ++s) {
    shards_[s].first_row = static_cast<int>(s) * shard_size_;
    bind(shards_[s]);
  }
}

void Network::plan(const Graph &graph) {
  size_t count = graph.nodes.size();
  if (!options_.is_whole && count > 0 && graph.nodes[count - 1].op->fused_loss == options_.loss.type) --count;
  last_value_ = static_cast<int>(count);
  const Shape &out = graph.value_shape(last_value_);
  if (out.rank() != 1)
    throw Error(ErrorCode::kShape, "model", fmt::format("its output {} must have one dimension", out.text()),
                "end with Flatten, or Flatten and Dense");
  outputs_ = out[0];
  trained_ = graph.trainable_count();
  size_t trained = 0, moved = trained_;
  for (const Parameter &p : graph.params) {
    size_t &at = p.is_trainable ? trained : moved;
    param_offset_.push_back(at), at += p.shape.elements();
    if (p.l1 != 0 || p.l2 != 0) regularized_.push_back({at - p.shape.elements(), at, p.l1, p.l2});
  }
  barriers_ = {0};
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
    for (int p : node.params) plan.params.push_back(param_offset_[static_cast<size_t>(p)]);
    if (const auto &statistics = node.op->statistics) {
      plan.add = statistics->add(view), plan.add_gradients = statistics->add_gradients(view);
      plan.update = statistics->update(view);
      plan.sums.resize(statistics->count(view)), plan.gradient_sums.resize(plan.sums.size());
      barriers_.push_back(i);
    }
    state_total_ += forward.state_floats(view) * rows;
    scratch_total_ = std::max({scratch_total_, forward.scratch_floats(view), backward.scratch_floats(view)});
    value_floats_.push_back(node.shape.elements());
    owner_.push_back(node.op->is_view ? owner_[static_cast<size_t>(node.inputs[0])]
                                      : static_cast<int>(i) + 1);
    value_offset_.push_back(values_total_);
    if (!node.op->is_view) values_total_ += node.shape.elements() * rows;
    nodes_.push_back(std::move(plan));
  }
  barriers_.push_back(count);
}

float *Network::value(Shard &shard, int v) {
  const auto o = static_cast<size_t>(owner_[static_cast<size_t>(v)]);
  if (o == 0) return batch_input_.data() + static_cast<size_t>(shard.first_row) * value_floats_[0];
  return shard.values.data() + value_offset_[o];
}

float *Network::gradient(Shard &shard, int v) {
  const auto o = static_cast<size_t>(owner_[static_cast<size_t>(v)]);
  return o == 0 ? nullptr
                : shard.gradients.data() + value_offset_[o];  // nothing asks for the input's gradient
}

void Network::bind(Shard &shard) {
  shard.values.resize(values_total_);
  shard.gradients.resize(values_total_);
  shard.state.resize(state_total_);
  shard.scratch.resize(scratch_total_);
  shard.dweights.resize(trained_);
  size_t sums = 0;
  for (const NodePlan &node : nodes_) {
    std::vector<const float *> x, params;
    std::vector<float *> dx, dparams;
    for (int v : node.inputs) x.push_back(value(shard, v)), dx.push_back(gradient(shard, v));
    for (size_t p : node.params) {
      params.push_back(weights_.data() + p);
      dparams.push_back(p < trained_ ? shard.dweights.data() + p : nullptr);
    }
    shard.x.push_back(x), shard.params.push_back(params), shard.dx.push_back(dx),
        shard.dparams.push_back(dparams);
    sums = std::max(sums, node.sums.size());
  }
  shard.sums.resize(sums);
  shard.times.resize(nodes_.size());
}

const float *Network::last_value(const Shard &shard) const {
  const auto o = static_cast<size_t>(owner_[static_cast<size_t>(last_value_)]);
  if (o == 0) return batch_input_.data() + static_cast<size_t>(shard.first_row) * value_floats_[0];
  return shard.values.data() + value_offset_[o];
}

const float *Network::output(int row) const {
  const Shard &shard = shards_[static_cast<size_t>(row / shard_size_)];
  return last_value(shard) + static_cast<size_t>(row - shard.first_row) * static_cast<size_t>(outputs_);
}

ForwardArgs Network::forward_args(Shard &shard, size_t i, const Pass &pass) {
  const NodePlan &node = nodes_[i];
  ForwardArgs a;
  a.rows = shard.rows, a.x = shard.x[i].data(), a.y = value(shard, static_cast<int>(i) + 1);
  a.params = shard.params[i].data(), a.state = shard.state.data() + node.state_offset,
  a.scratch = shard.scratch.data();
  a.is_training = pass.is_training, a.seed = seed_ + i, a.step = pass.step_index,
  a.first_row = shard.first_row;
  a.sums = pass.is_training && !node.sums.empty() ? node.sums.data() : nullptr,
  a.batch_rows = pass.batch_rows;
  return a;
}

BackwardArgs Network::backward_args(Shard &shard, size_t i, const Pass &pass) {
  NodePlan &node = nodes_[i];
  BackwardArgs a;
  a.rows = shard.rows, a.x = shard.x[i].data(), a.y = value(shard, static_cast<int>(i) + 1),
  a.dy = gradient(shard, static_cast<int>(i) + 1);
  a.dx = shard.dx[i].data(), a.params = shard.params[i].data(), a.dparams = shard.dparams[i].data();
  a.state = shard.state.data() + node.state_offset, a.scratch = shard.scratch.data();
  a.sums = node.sums.data(), a.gradient_sums = node.gradient_sums.data(), a.batch_rows = pass.batch_rows;
  return a;
}

template <class Work>
void Network::timed(double &seconds, Work work) const {
  if (!is_profiled_) return work();
  const auto start = std::chrono::steady_clock::now();
  work();
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<Network::NodeTime> Network::profile() const {
  std::vector<NodeTime> total(nodes_.size());
  for (const Shard &shard : shards_)
    for (size_t i = 0; i < total.size(); ++i)
      total[i].forward += shard.times[i].forward, total[i].backward += shard.times[i].backward;
  return total;
}

// The nodes of a part, and in training the sums that the next part waits for.
void Network::forward(Shard &shard, size_t part, const Pass &pass) {
  const size_t end = barriers_[part + 1];
  for (size_t i = barriers_[part]; i < end; ++i)
    if (!nodes_[i].is_alias)
      timed(shard.times[i].forward, [&] { nodes_[i].forward(forward_args(shard, i, pass)); });
  if (!pass.is_training || end == nodes_.size()) return;
  std::fill(shard.sums.begin(), shard.sums.end(), 0.0);
  timed(shard.times[end].forward,
        [&] { nodes_[end].add(forward_args(shard, end, pass), shard.sums.data()); });
}

// The nodes of a part but for its first; that one waits for the sums of all shards.
void Network::backward(Shard &shard, size_t part, const Pass &pass) {
  const size_t first = barriers_[part], end = barriers_[part + 1];
  if (end < nodes_.size())
    timed(shard.times[end].backward, [&] { nodes_[end].backward(backward_args(shard, end, pass)); });
  for (size_t i = end; i-- > first + (part > 0 ? 1 : 0);)
    if (!nodes_[i].is_alias)
      timed(shard.times[i].backward, [&] { nodes_[i].backward(backward_args(shard, i, pass)); });
  if (part == 0) return;
  std::fill(shard.sums.begin(), shard.sums.end(), 0.0);
  timed(shard.times[first].backward,
        [&] { nodes_[first].add_gradients(backward_args(shard, first, pass), shard.sums.data()); });
}

template <class F>
void Network::run_shards(int rows, F f) {
  pool_.run((rows + shard_size_ - 1) / shard_size_, [&](int s) {
    Shard &shard = shards_[static_cast<size_t>(s)];
    shard.rows = std::clamp(rows - shard.first_row, 0, shard_size_);
    f(shard);
  });
}

void Network::add_up(int rows, std::vector<double> &sums) {
  std::fill(sums.begin(), sums.end(), 0.0);
  for (const Shard &shard : shards_) {
    if (shard.first_row >= rows) break;
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += shard.sums[i];
  }
}

void Network::loss(Shard &shard, int batch_rows, const Targets &targets,
                   const std::vector<float> *class_weights) {
  shard.result = {};
  const float *x = last_value(shard);
  float *dx = class_weights ? gradient(shard, last_value_) : nullptr;
  const auto n = static_cast<size_t>(outputs_);
  const float threshold = options_.loss.is_regression() ? 0.5f : 0.0f;  // of a value, or of a logit
  for (int r = 0; r < shard.rows; ++r, x += n) {
    const auto row = static_cast<size_t>(shard.first_row + r);
    Target target;
    double weight = 1;
    if (targets.values) {
      target.values = targets.values + row * n;
      for (size_t c = 0; c < n; ++c)
        shard.result.absolute_error_sum +=
            std::fabs(static_cast<double>(x[c]) - static_cast<double>(target.values[c])) /
            static_cast<double>(n);
    } else {
      target.truth = targets.classes[row];
      if (class_weights && !class_weights->empty())
        weight = static_cast<double>((*class_weights)[static_cast<size_t>(target.truth)]);
      shard.result.correct += class_of(x, n, threshold) == target.truth;
    }
    shard.result.loss_sum += weight * example_loss(options_.loss, n, x, target, weight / batch_rows, dx);
    if (dx) dx += n;
  }
}

// l1 sum |w| + l2 sum w^2, as in Keras.
void Network::regularize(StepResult &result, int rows, bool is_training) {
  double loss = 0;
  for (const Regularized &r : regularized_)
    for (size_t i = r.from; i < r.to; ++i) {
      const auto w = static_cast<double>(weights_[i]);
      loss += r.l1 * std::fabs(w) + r.l2 * w * w;
      if (is_training)
        shards_[0].dweights[i] += static_cast<float>(r.l1 * (w > 0 ? 1 : w < 0 ? -1 : 0) + 2 * r.l2 * w);
    }
  result.loss_sum += loss * rows;
}

StepResult Network::step(int rows, const Targets &targets, const std::vector<float> &class_weights,
                         uint64_t step_index) {
  const Pass pass{true, rows, step_index};
  const size_t last = barriers_.size() - 2;
  for (size_t part = 0; part < last; ++part) {
    run_shards(rows, [&](Shard &shard) { forward(shard, part, pass); });
    NodePlan &node = nodes_[barriers_[part + 1]];
    add_up(rows, node.sums);
    node.update(node.sums.data(), rows, node.moved.data());
  }
  run_shards(rows, [&](Shard &shard) {
    std::memset(shard.gradients.data(), 0, shard.gradients.size() * sizeof(float));
    std::memset(shard.dweights.data(), 0, shard.dweights.size() * sizeof(float));
    forward(shard, last, pass);
    loss(shard, rows, targets, &class_weights);
    backward(shard, last, pass);
  });
  for (size_t part = last; part > 0; --part) {
    add_up(rows, nodes_[barriers_[part]].gradient_sums);
    run_shards(rows, [&](Shard &shard) { backward(shard, part - 1, pass); });
  }
  StepResult total = result_of(rows);
  std::vector<float> &sum = shards_[0].dweights;
  for (size_t s = 1; s < shards_.size() && shards_[s].first_row < rows; ++s)
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += shards_[s].dweights[i];
  regularize(total, rows, true);
  return total;
}

StepResult Network::evaluate(int rows, const Targets &targets) {
  run_shards(rows, [&](Shard &shard) {
    infer(shard, rows);
    loss(shard, rows, targets, nullptr);
  });
  StepResult total = result_of(rows);
  regularize(total, rows, false);
  return total;
}

void Network::predict(int rows) {
  run_shards(rows, [&](Shard &shard) { infer(shard, rows); });
}

void Network::infer(Shard &shard, int rows) {
  for (size_t part = 0; part + 1 < barriers_.size(); ++part) forward(shard, part, {false, rows, 0});
}

std::string Network::first_not_finite(const Graph &graph, int rows) const {
  const auto is_finite = [](const float *v, size_t n) {
    return std::all_of(v, v + n, [](float f) { return std::isfinite(f); });
  };
  if (!is_finite(batch_input_.data(), static_cast<size_t>(rows) * value_floats_[0])) return "the input";
  for (size_t i = 0; i < nodes_.size(); ++i) {
    std::string layer = graph.nodes[i].name;
    for (const GraphLayer &l : graph.layers)
      if (static_cast<int>(i) >= l.first_node && static_cast<int>(i) < l.last_node) layer = l.name;
    for (int p : graph.nodes[i].params)
      if (!is_finite(weights_.data() + param_offset_[static_cast<size_t>(p)],
                     graph.params[static_cast<size_t>(p)].data.size()))
        return fmt::format("the weights of layer '{}'", layer);
    for (const Shard &shard : shards_)
      if (!nodes_[i].is_alias && shard.first_row < rows &&
          !is_finite(shard.values.data() + value_offset_[i + 1],
                     static_cast<size_t>(shard.rows) * value_floats_[i + 1]))
        return fmt::format("the output of layer '{}'", layer);
  }
  return "";
}

StepResult Network::result_of(int rows) const {
  StepResult total;
  for (const Shard &shard : shards_)
    if (shard.first_row < rows) total += shard.result;
  return total;
}

void Network::store(Graph &graph) const {
  for (size_t i = 0; i < graph.params.size(); ++i)
    std::copy_n(weights_.begin() + static_cast<long>(param_offset_[i]), graph.params[i].data.size(),
                graph.params[i].data.begin());
}

}  // namespace mote
