// The training step at work: shards of the batch on the threads, the parts of a step one after the other, and
// the order in which gradients are added.
//
// Where buffers lie and how many rows go at once is network_plan.cpp. What a node computes is its op's; what
// is learned from gradients is optimizer.cpp.
#include "train/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/error.h"
#include "base/math.h"
#include "graph/cost.h"
#include "kernels/loops.h"

namespace mote {

// A step below this many multiply-adds is one shard: handing it to a second thread costs more than it saves.
constexpr uint64_t kShardMacs = 900'000;
constexpr int kMostShards = 8;
// Examples of fewer values than this are the rows of matrix products: a shard has at least eight.
constexpr size_t kLargeExample = 8192;
constexpr int kFewestRows = 8;
// Gradients of fewer weights are added up by one thread.
constexpr size_t kManyWeights = 16384;

static size_t values_of_example(const Graph &graph) {
  size_t floats = graph.input.elements();
  for (const Node &node : graph.nodes) floats += node.op->has(Property::kView) ? 0 : node.shape.elements();
  return floats;
}

// Enough for the threads of a large machine, but each with enough to do; and where weights are many beside
// the values of the batch, few, since each shard has gradients of its own.
static int shards_of(const Graph &graph, int batch, uint64_t step_macs) {
  const size_t example = values_of_example(graph), weights = std::max<size_t>(1, graph.trainable_count());
  const uint64_t rows = batch;
  const uint64_t by_rows = example < kLargeExample ? std::max<uint64_t>(1, rows / kFewestRows) : rows;
  const uint64_t by_weights = std::max<uint64_t>(kMostShards / 2, rows * example / weights);
  return std::clamp<uint64_t>(std::min({step_macs / kShardMacs, by_rows, by_weights}), 1, kMostShards);
}

static uint64_t forward_macs(const Graph &graph) {
  uint64_t macs = 0;
  for (const Node &node : graph.nodes) macs += cost_of(graph, node).macs;
  return macs;
}

Network::Network(const Graph &graph, int batch, uint64_t seed, ThreadPool &pool,
                 const NetworkOptions &options)
    : batch_(batch), seed_(seed), pool_(pool), options_(options) {
  MOTE_CHECK(batch > 0);
  check(options.loss);
  const uint64_t step_macs = 3 * forward_macs(graph) * batch;
  const int wanted = shards_of(graph, batch, step_macs);
  shard_size_ = (batch + wanted - 1) / wanted;
  plan(graph);
  weights_.resize(graph.parameter_count());
  for (size_t i = 0; i < graph.params.size(); ++i)
    std::copy(graph.params[i].data.begin(), graph.params[i].data.end(), weights_.begin() + param_offset_[i]);
  for (NodePlan &node : nodes_)
    for (size_t p : node.params) node.moved.push_back(weights_.data() + p);
  batch_input_.resize(batch * graph.input.elements());
  shards_.resize((batch + shard_size_ - 1) / shard_size_);
  for (size_t s = 0; s < shards_.size(); ++s) {
    shards_[s].first_row = s * shard_size_;
    bind(shards_[s]);
  }
  if (!options_.forward) return;
  MOTE_CHECK(chunk_.size() == 1);
  options_.forward->plan(graph, shards_.size(), chunk_[0]);
}

float *Network::place(Shard &shard, std::vector<float> &whole, const Place &at, size_t owner, int row) {
  if (at.is_local) return shard.local.data() + at.offset;  // of the rows at hand
  return whole.data() + at.offset + row * value_floats_[owner];
}

float *Network::value(Shard &shard, int v, int row) {
  const size_t o = owner_[v];
  if (o == 0) return batch_input_.data() + (shard.first_row + row) * value_floats_[0];
  return place(shard, shard.values, value_place_[o], o, row);
}

float *Network::gradient(Shard &shard, int v, int row) {
  const size_t o = owner_[v];
  if (o == 0) return nullptr;  // nothing asks for the input's gradient
  return place(shard, shard.gradients, gradient_place_[o], o, row);
}

void Network::bind(Shard &shard) {
  shard.values.resize(values_total_);
  shard.gradients.resize(gradients_total_);
  shard.local.resize(local_total_);
  shard.state.resize(state_total_);
  shard.scratch.resize(scratch_total_);
  shard.dweights.resize(trained_);
  size_t sums = 0;
  for (const NodePlan &node : nodes_) {
    std::vector<const float *> params;
    std::vector<float *> dparams;
    for (size_t p : node.params) {
      params.push_back(weights_.data() + p);
      dparams.push_back(p < trained_ ? shard.dweights.data() + p : nullptr);
    }
    shard.params.push_back(params);
    shard.dparams.push_back(dparams);
    sums = std::max(sums, node.sums.size());
  }
  shard.x.resize(inputs_most_);
  shard.dx.resize(inputs_most_);
  shard.sums.resize(sums);
  shard.times.resize(nodes_.size());
}

const float *Network::last_value(const Shard &shard) const {
  const size_t o = owner_[last_value_];
  if (o == 0) return batch_input_.data() + shard.first_row * value_floats_[0];
  return shard.values.data() + value_place_[o].offset;
}

const float *Network::output(int row) const {
  const Shard &shard = shards_[row / shard_size_];
  return last_value(shard) + (row - shard.first_row) * ptrdiff_t{outputs_};
}

ForwardArgs Network::forward_args(Shard &shard, int i, const Pass &pass, Rows rows) {
  const NodePlan &node = nodes_[i];
  for (size_t k = 0; k < node.inputs.size(); ++k) shard.x[k] = value(shard, node.inputs[k], rows.first);
  ForwardArgs a;
  a.rows = rows.count;
  a.x = shard.x.data();
  a.y = value(shard, i + 1, rows.first);
  a.params = shard.params[i].data();
  a.state = shard.state.data() + node.state_offset + node.state_floats * rows.first;
  a.scratch = shard.scratch.data();
  a.is_training = pass.is_training;
  a.seed = seed_ + i;
  a.step = pass.step_index;
  a.first_row = shard.first_row + rows.first;
  a.prepared = pass.is_training && !node.sums.empty() ? prepared_.data() + node.prepared_offset : nullptr;
  return a;
}

BackwardArgs Network::backward_args(Shard &shard, int i, Rows rows) {
  NodePlan &node = nodes_[i];
  for (size_t k = 0; k < node.inputs.size(); ++k) {
    shard.x[k] = value(shard, node.inputs[k], rows.first);
    float *dx = shard.dx[k] = gradient(shard, node.inputs[k], rows.first);
    if (dx != nullptr && !node.overwrites && !node.is_adding[k])
      std::fill_n(dx, rows.count * value_floats_[node.inputs[k]], 0.0f);
  }
  BackwardArgs a;
  a.rows = rows.count;
  a.x = shard.x.data();
  a.y = value(shard, i + 1, rows.first);
  a.dy = gradient(shard, i + 1, rows.first);
  a.dx = shard.dx.data();
  a.params = shard.params[i].data();
  a.dparams = shard.dparams[i].data();
  a.is_adding = node.is_adding.get();
  a.prepared = prepared_.data() + node.prepared_offset;
  a.state = shard.state.data() + node.state_offset + node.state_floats * rows.first;
  a.scratch = shard.scratch.data();
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
    for (size_t i = 0; i < total.size(); ++i) {
      total[i].forward += shard.times[i].forward;
      total[i].backward += shard.times[i].backward;
    }
  return total;
}

template <class F>
void Network::in_chunks(const Shard &shard, int part, F f) const {
  for (int row = 0; row < shard.rows; row += chunk_[part])
    f(Rows{row, std::min(chunk_[part], shard.rows - row)});
}

// The nodes of a part, and in training the sums that the next part waits for.
void Network::forward(Shard &shard, int part, const Pass &pass, Rows rows) {
  const size_t end = barriers_[part + 1];
  double inference = 0;  // is not measured
  for (size_t i = barriers_[part]; i < end; ++i)
    if (!nodes_[i].is_alias)
      timed(pass.is_training ? shard.times[i].forward : inference, [&] {
        const ForwardArgs args = forward_args(shard, i, pass, rows);
        if (pass.is_training) return forward_node(shard, i, args);
        nodes_[i].forward(args);
      });
  if (!pass.is_training || end == nodes_.size()) return;
  timed(shard.times[end].forward,
        [&] { nodes_[end].add(forward_args(shard, end, pass, rows), shard.sums.data()); });
}

// The nodes of a part but for its first; that one waits for the sums of all shards.
void Network::backward(Shard &shard, int part, const Pass &pass, Rows rows) {
  const size_t first = barriers_[part], end = barriers_[part + 1];
  for (size_t i = first; i < end; ++i)
    if (nodes_[i].is_recomputed)
      timed(shard.times[i].backward, [&] { nodes_[i].forward(forward_args(shard, i, pass, rows)); });
  if (end < nodes_.size() && !nodes_[end].is_unread)
    timed(shard.times[end].backward, [&] { backward_node(shard, end, rows); });
  for (size_t i = end; i-- > first + (part > 0 ? 1 : 0);)
    if (!nodes_[i].is_alias && !nodes_[i].is_unread)
      timed(shard.times[i].backward, [&] { backward_node(shard, i, rows); });
  if (part == 0 || nodes_[first].is_unread) return;
  timed(shard.times[first].backward,
        [&] { nodes_[first].add_gradients(backward_args(shard, first, rows), shard.sums.data()); });
}

void Network::forward_node(Shard &shard, int i, const ForwardArgs &args) {
  if (!options_.forward) {
    nodes_[i].forward(args);
    return ranges_.note(index_of(shard), i, args.y, args.rows * value_floats_[i + 1]);
  }
  if (nodes_[i].state_floats > 0) nodes_[i].forward(args);  // backward reads its state
  options_.forward->forward(index_of(shard), i, args);
}

void Network::backward_node(Shard &shard, int i, Rows rows) {
  const BackwardArgs args = backward_args(shard, i, rows);
  if (options_.forward)
    options_.forward->clip_gradient(index_of(shard), i, rows.count, gradient(shard, i + 1, rows.first));
  nodes_[i].backward(args);
}

template <class F>
void Network::run_shards(int rows, F f) {
  pool_.run((rows + shard_size_ - 1) / shard_size_, [&](int s) {
    Shard &shard = shards_[s];
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

// Of an example that is mixed, the mean of its classes' weights.
static double weight_of(const std::vector<float> &weights, const Target &target, size_t outputs) {
  if (!target.values) return target.truth == kNoClass ? 1 : weights[target.truth];
  if (outputs == 1) return weights[0] + target.values[0] * (weights[1] - weights[0]);
  double sum = 0, of_classes = 0;
  for (size_t c = 0; c < outputs; ++c) {
    sum += target.values[c] * weights[c];
    of_classes += target.values[c];
  }
  return sum + std::max(0.0, 1 - of_classes);
}

void Network::loss(Shard &shard, int batch_rows, const Targets &targets,
                   const std::vector<float> *class_weights, Rows rows) {
  const float *x = value(shard, last_value_, rows.first);
  float *dx = class_weights ? gradient(shard, last_value_, rows.first) : nullptr;
  const size_t n = outputs_;
  const float threshold = options_.loss.is_regression() ? 0.5f : 0.0f;  // of a value, or of a logit
  for (int r = rows.first; r < rows.first + rows.count; ++r, x += n) {
    const size_t row = shard.first_row + r;
    Target target;
    if (targets.values) target.values = targets.values + row * n;
    double weight = 1;
    if (!targets.classes) {
      shard.result.absolute_error_sum += absolute_error(n, x, target.values);
    } else {
      target.truth = targets.classes[row];
      if (class_weights && !class_weights->empty()) weight = weight_of(*class_weights, target, n);
      shard.result.correct += class_of(x, n, threshold) == target.truth;
    }
    shard.result.loss_sum += weight * example_loss(options_.loss, n, x, target, weight / batch_rows, dx);
    if (!dx) continue;
    for (const TrainExtension *e : options_.extensions)
      shard.result.loss_sum += e->loss(shard.first_row + r, n, x, 1.0 / batch_rows, dx);
    dx += n;
  }
}

// l1 sum |w| + l2 sum w^2, as in Keras.
void Network::regularize(StepResult &result, int rows, bool is_training) {
  double loss = 0;
  for (const Regularized &r : regularized_)
    for (size_t i = r.from; i < r.to; ++i) {
      const double w = weights_[i];
      loss += r.l1 * std::fabs(w) + r.l2 * w * w;
      if (is_training)
        shards_[0].dweights[i] += static_cast<float>(r.l1 * (w > 0 ? 1 : w < 0 ? -1 : 0) + 2 * r.l2 * w);
    }
  result.loss_sum += loss * rows;
}

std::vector<float *> Network::param_gradients() {
  std::vector<float *> list;
  for (size_t at : param_offset_) list.push_back(at < trained_ ? gradients().data() + at : nullptr);
  return list;
}

std::vector<float *> Network::params() {
  std::vector<float *> list;
  for (size_t offset : param_offset_) list.push_back(weights_.data() + offset);
  return list;
}

void Network::prepare_step() {
  if (options_.forward) {
    const std::vector<float *> now = params();
    options_.forward->prepare({now.begin(), now.end()}, pool_);
  }
  const auto prepare = [&](int k) {
    const NodePlan &node = nodes_[prepared_nodes_[k]];
    node.prepare(node.moved.data(), prepared_.data() + node.prepared_offset);
  };
  const int count = prepared_nodes_.size();
  if (prepared_.size() >= kManyWeights) return pool_.run(count, prepare);
  for (int k = 0; k < count; ++k) prepare(k);
}

// The shards' gradients, in their order, to those of the first.
void Network::add_up_gradients(int rows) {
  std::vector<float> &sum = shards_[0].dweights;
  const auto slice = [&](size_t from, size_t to) {
    for (size_t s = 1; s < shards_.size() && shards_[s].first_row < rows; ++s)
      kernels::loops().copy_gradient(shards_[s].dweights.data() + from, 1.0f, to - from, true,
                                     sum.data() + from);
  };
  constexpr size_t kSlice = 8192;
  if (sum.size() < kManyWeights) return slice(0, sum.size());
  pool_.run((sum.size() + kSlice - 1) / kSlice, [&](int k) {
    const size_t from = kSlice * k;
    slice(from, std::min(from + kSlice, sum.size()));
  });
}

StepResult Network::step(int rows, const Targets &targets, const std::vector<float> &class_weights,
                         uint64_t step_index) {
  const Pass pass{true, step_index};
  const size_t last = barriers_.size() - 2;
  prepare_step();
  for (size_t part = 0; part < last; ++part) {
    run_shards(rows, [&](Shard &shard) {
      std::fill(shard.sums.begin(), shard.sums.end(), 0.0);
      in_chunks(shard, part, [&](Rows chunk) { forward(shard, part, pass, chunk); });
    });
    NodePlan &node = nodes_[barriers_[part + 1]];
    add_up(rows, node.sums);
    node.update(node.sums.data(), rows, node.moved.data());
    node.prepare_sums(node.sums.data(), nullptr, rows, node.moved.data(),
                      prepared_.data() + node.prepared_offset);
  }
  run_shards(rows, [&](Shard &shard) {
    std::fill(shard.dweights.begin(), shard.dweights.end(), 0.0f);
    std::fill(shard.sums.begin(), shard.sums.end(), 0.0);
    shard.result = {};
    in_chunks(shard, last, [&](Rows chunk) {
      forward(shard, last, pass, chunk);
      loss(shard, rows, targets, &class_weights, chunk);
      backward(shard, last, pass, chunk);
    });
  });
  for (size_t part = last; part > 0; --part) {
    const size_t at = barriers_[part];
    NodePlan &node = nodes_[at];
    add_up(rows, node.gradient_sums);
    node.parameter_gradients(node.gradient_sums.data(), shards_[0].dparams[at].data());
    node.prepare_sums(node.sums.data(), node.gradient_sums.data(), rows, node.moved.data(),
                      prepared_.data() + node.prepared_offset);
    run_shards(rows, [&](Shard &shard) {
      std::fill(shard.sums.begin(), shard.sums.end(), 0.0);
      in_chunks(shard, part - 1, [&](Rows chunk) { backward(shard, part - 1, pass, chunk); });
    });
  }
  StepResult total = result_of(rows);
  add_up_gradients(rows);
  regularize(total, rows, true);
  return total;
}

StepResult Network::evaluate(int rows, const Targets &targets) {
  run_shards(rows, [&](Shard &shard) {
    infer(shard);
    shard.result = {};
    loss(shard, rows, targets, nullptr, {0, shard.rows});
  });
  StepResult total = result_of(rows);
  regularize(total, rows, false);
  return total;
}

void Network::predict(int rows) {
  run_shards(rows, [&](Shard &shard) { infer(shard); });
}

void Network::infer(Shard &shard) {
  for (size_t part = 0; part + 1 < barriers_.size(); ++part)
    in_chunks(shard, part, [&](Rows chunk) { forward(shard, part, {false, 0}, chunk); });
}

std::string Network::first_not_finite(const Graph &graph, int rows, uint64_t step_index) {
  const auto is_finite = [](const float *v, size_t n) {
    return std::all_of(v, v + n, [](float f) { return std::isfinite(f); });
  };
  if (!is_finite(batch_input_.data(), rows * value_floats_[0])) return "the input";
  const Pass pass{true, step_index};
  for (int i = 0; i < std::ssize(nodes_); ++i) {
    std::string layer = graph.nodes[i].name;
    for (const GraphLayer &l : graph.layers)
      if (i >= l.first_node && i < l.last_node) layer = l.name;
    for (int p : graph.nodes[i].params)
      if (!is_finite(weights_.data() + param_offset_[p], graph.params[p].data.size()))
        return fmt::format("the weights of layer '{}'", layer);
    if (nodes_[i].is_alias) continue;
    for (Shard &shard : shards_) {
      bool is_fine = true;
      in_chunks(shard, part_of(i), [&](Rows chunk) {  // from the start of the part, for values kept nowhere
        for (int k = barriers_[part_of(i)]; k <= i; ++k)
          if (!nodes_[k].is_alias) nodes_[k].forward(forward_args(shard, k, pass, chunk));
        is_fine = is_fine && is_finite(value(shard, i + 1, chunk.first), chunk.count * value_floats_[i + 1]);
      });
      if (shard.first_row < rows && !is_fine) return fmt::format("the output of layer '{}'", layer);
    }
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
    std::copy_n(weights_.begin() + param_offset_[i], graph.params[i].data.size(),
                graph.params[i].data.begin());
}

}  // namespace mote
