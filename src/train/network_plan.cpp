// The plan of a training step, made once: what each node needs, the parts between barriers where the sums of
// all shards are awaited, where values and gradients lie, and how many rows go through a part at once.
//
// A buffer is lent again as soon as nobody reads it. Nothing is computed here: network.cpp follows the plan.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "train/network.h"

namespace mote {

// Values and gradients of the rows at once, in floats: what a second-level cache holds beside weights.
constexpr size_t kChunkFloats = 65536;

// The one node among the first `count` that reads `value`; -1: none or several.
static int sole_reader(const Graph &graph, int value, int count) {
  int reader = -1;
  for (int i = 0; i < count; ++i)
    for (int v : graph.nodes[i].inputs) {
      if (v != value) continue;
      if (reader >= 0) return -1;
      reader = i;
    }
  return reader;
}

void Network::plan(const Graph &graph) {
  int count = graph.count();
  if (!options_.is_whole && count > 0 && graph.nodes[count - 1].op->fused_loss == options_.loss.type) --count;
  last_value_ = count;
  const Shape &out = graph.value_shape(last_value_);
  if (out.rank() != 1)
    throw Error(ErrorCode::kShape, "model", fmt::format("its output {} must have one dimension", out.text()),
                "end with Flatten, or Flatten and Dense");
  outputs_ = out[0];
  trained_ = graph.trainable_count();
  size_t trained = 0, moved = trained_;
  for (const Parameter &p : graph.params) {
    size_t &at = p.is_trainable() ? trained : moved;
    param_offset_.push_back(at);
    at += p.shape.elements();
    if (p.l1 != 0 || p.l2 != 0) regularized_.push_back({at - p.shape.elements(), at, p.l1, p.l2});
  }
  barriers_ = {0};
  std::vector<bool> is_fused(count);
  size_t prepared_total = 0;
  value_floats_ = {graph.input.elements()};
  owner_ = {0};
  const size_t rows = shard_size_;
  for (int i = 0; i < count; ++i) {
    const Node &node = graph.nodes[i];
    const std::string where = in_layer(node.op->name, node.name);
    if (!node.op->forward.is_given()) throw Error(ErrorCode::kUnsupported, where, node.op->forward.why());
    if (!node.op->backward.is_given()) throw Error(ErrorCode::kUnsupported, where, node.op->backward.why());
    NodeView view = graph.view(node);
    if (const int reader = node.op->has(Property::kTakesRelu) ? sole_reader(graph, i + 1, count) : -1;
        reader >= 0 && graph.nodes[reader].op->activation == FusedActivation::kRelu)
      view.has_relu = is_fused[reader] = true;
    const bool is_alias = node.op->has(Property::kView) || is_fused[i];
    const Forward &forward = node.op->forward.get();
    const Backward &backward = node.op->backward.get();
    NodePlan plan{forward.compile(view), backward.compile(view), node.inputs, {}, state_total_, is_alias};
    plan.state_floats = forward.state_floats(view);
    plan.overwrites = backward.overwrites;
    plan.is_adding = std::make_unique<bool[]>(node.inputs.size());
    inputs_most_ = std::max(inputs_most_, node.inputs.size());
    const bool is_first =
        std::all_of(node.inputs.begin(), node.inputs.end(), [&](int v) { return owner_[v] == 0; });
    if (backward.prepare && !is_first) {  // nothing asks for the input's gradient
      plan.prepare = backward.prepare(view);
      plan.prepared_offset = prepared_total;
      prepared_total += backward.prepared_floats(view);
      prepared_nodes_.push_back(i);
    }
    for (int p : node.params) plan.params.push_back(param_offset_[p]);
    if (const auto &statistics = node.op->statistics) {
      plan.add = statistics->add(view);
      plan.add_gradients = statistics->add_gradients(view);
      plan.update = statistics->update(view);
      plan.prepare_sums = statistics->prepare(view);
      plan.prepared_offset = prepared_total;
      prepared_total += statistics->prepared_floats(view);
      plan.parameter_gradients = statistics->parameter_gradients(view);
      plan.sums.resize(statistics->count(view));
      plan.gradient_sums.resize(plan.sums.size());
      barriers_.push_back(i);
    }
    state_total_ += forward.state_floats(view) * rows;
    scratch_total_ = std::max({scratch_total_, forward.scratch_floats(view), backward.scratch_floats(view)});
    value_floats_.push_back(node.shape.elements());
    owner_.push_back(is_alias ? owner_[node.inputs[0]] : i + 1);
    nodes_.push_back(std::move(plan));
  }
  barriers_.push_back(count);
  if (!options_.forward) ranges_.plan(graph, owner_, count);
  prepared_.resize(prepared_total);
  for (size_t part = 0; part + 1 < barriers_.size(); ++part) chunk_.push_back(rows_at_once(graph, part));
  plan_memory(graph);
}

int Network::part_of(int node) const {
  return (std::upper_bound(barriers_.begin(), barriers_.end() - 1, node) - barriers_.begin()) - 1;
}

namespace {

// Memory that is lent for a range of parts and lent again afterwards.
class LentMemory {
 public:
  size_t lend(size_t floats, size_t first_part, size_t last_part) {
    size_t offset = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (const Loan &l : loans_)
        if (first_part <= l.last && l.first <= last_part && offset < l.end && l.begin < offset + floats) {
          offset = l.end;
          moved = true;
        }
    }
    loans_.push_back({offset, offset + floats, first_part, last_part});
    total_ = std::max(total_, offset + floats);
    return offset;
  }
  size_t total() const { return total_; }

 private:
  struct Loan {
    size_t begin, end, first, last;
  };
  std::vector<Loan> loans_;
  size_t total_ = 0;
};

}  // namespace

// Where values and gradients lie, and who gives a gradient first: in the order of backward the first that has
// a value's gradient writes it, others add.
void Network::plan_memory(const Graph &graph) {
  const size_t count = nodes_.size(), last = barriers_.size() - 2;
  struct Use {
    size_t last_read = 0, first_gradient = SIZE_MAX, last_gradient = 0;  // parts
  };
  std::vector<Use> uses(count + 1);  // of owners
  std::vector<bool> is_given(count + 1);
  const auto owner = [&](int v) { return owner_[v]; };
  const size_t result = owner(last_value_);
  is_given[result] = true;  // by the loss
  uses[result] = {last, last, last};
  for (size_t i = count; i-- > 0;) {
    if (nodes_[i].is_alias) continue;
    nodes_[i].is_unread = !is_given[i + 1];
    if (nodes_[i].is_unread) continue;
    const bool has_sums = nodes_[i].add != nullptr;
    for (size_t k = 0; k < nodes_[i].inputs.size(); ++k) {
      const size_t v = owner(nodes_[i].inputs[k]), part = part_of(i) - (has_sums ? 1 : 0);
      nodes_[i].is_adding[k] = is_given[v];
      is_given[v] = true;
      uses[v].last_read = std::max<size_t>(uses[v].last_read, part_of(i));
      uses[v].first_gradient = std::min(uses[v].first_gradient, part);
      uses[v].last_gradient = std::max(uses[v].last_gradient, part);
    }
  }
  value_place_.resize(count + 1);
  gradient_place_.resize(count + 1);
  LentMemory gradients;
  std::vector<size_t> local(last + 1);
  const size_t rows = shard_size_;
  for (size_t i = 0; i < count; ++i) {
    const size_t v = i + 1, part = part_of(i), floats = value_floats_[v];
    if (nodes_[i].is_alias) continue;
    const Use &use = uses[v];
    const bool has_sums = nodes_[i].add != nullptr;
    const auto place = [&](bool is_local, size_t whole) -> Place {
      if (!is_local) return {whole, false};
      local[part] += floats * chunk_[part];
      return {local[part] - floats * chunk_[part], true};
    };
    const bool stays = use.first_gradient == part && use.last_read == part;
    nodes_[i].is_recomputed = stays && part < last && graph.nodes[i].op->has(Property::kRecomputed);
    const bool keeps_none = v != result && stays && (part == last || nodes_[i].is_recomputed);
    value_place_[v] = place(keeps_none, values_total_);
    if (!keeps_none) values_total_ += floats * rows;
    const bool is_inside = !has_sums && use.first_gradient == part && use.last_gradient == part;
    const size_t from = std::min(use.first_gradient, part - (has_sums ? 1 : 0)),
                 to = std::max(use.last_gradient, part);
    gradient_place_[v] = place(is_inside, is_inside ? 0 : gradients.lend(floats * rows, from, to));
  }
  gradients_total_ = gradients.total();
  local_total_ = *std::max_element(local.begin(), local.end());
}

// As many as fit the cache, but enough that the values outweigh the parameters they go by.
int Network::rows_at_once(const Graph &graph, int part) const {
  size_t floats = 0, parameters = 0;
  for (int i = barriers_[part]; i < barriers_[part + 1]; ++i) {
    if (nodes_[i].is_alias) continue;
    floats += value_floats_[i + 1];
    for (int p : graph.nodes[i].params) parameters += graph.params[p].data.size();
  }
  floats = std::max<size_t>(1, floats);
  const size_t rows = std::max<size_t>({1, kChunkFloats / (2 * floats), (parameters + floats - 1) / floats}),
               shard = shard_size_;
  const size_t chunks = std::max<size_t>(1, (shard + rows / 2) / rows);  // of equal size
  return (shard + chunks - 1) / chunks;
}

}  // namespace mote
