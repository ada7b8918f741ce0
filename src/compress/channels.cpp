// Labels of channels through a graph, joined where ops join them, and the graph rebuilt without some.
#include "compress/channels.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "graph/channel_flow.h"
#include "graph/op_def.h"

namespace mote {

namespace {

// Sets that are joined: the parent of each, of a root itself.
class Sets {
 public:
  int make() {
    parent_.push_back(parent_.size());
    return parent_.back();
  }
  int find(int i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(int a, int b) { parent_[std::max(find(a), find(b))] = std::min(find(a), find(b)); }
  int count() const { return parent_.size(); }

 private:
  std::vector<int> parent_;
};

class Labels : public ChannelFlow::Book {
 public:
  int make() override {
    is_frozen.push_back(false);
    maker.push_back(node);
    return sets.make();
  }
  void join(int a, int b) override { sets.join(a, b); }
  void freeze(int label) override { is_frozen[label] = true; }

  Sets sets;
  std::vector<bool> is_frozen;
  std::vector<int> maker;  // the node that made it; -1: the input
  int node = -1;
};

using Lists = std::vector<std::vector<int>>;

// What one node says: labels of its output are appended to `values`.
void follow(const Graph &graph, int i, Labels &labels, Lists &values, std::vector<Lists> &params,
            std::vector<std::string> &count_attrs) {
  const Node &node = graph.nodes[i];
  const NodeView view = graph.view(node);
  Lists in;
  for (int v : node.inputs) in.push_back(values[v]);
  std::vector<const ParamSpec *> specs;
  for (int p : node.params) specs.push_back(&graph.params[p]);
  labels.node = i;
  ChannelFlow flow(view, in, specs, labels);
  if (node.op->channels) {
    node.op->channels(flow);
  } else {
    for (const ChannelFlow::Labels &x : in) flow.freeze(x);
    flow.out = flow.fresh(node.shape[-1]);
    flow.freeze(flow.out);
  }
  MOTE_CHECK(std::ssize(flow.out) == node.shape[-1]);
  values.push_back(flow.out);
  count_attrs.push_back(flow.count_attr);
  flow.params.resize(node.params.size());
  for (size_t k = 0; k < node.params.size(); ++k) {
    Lists &axes = params[node.params[k]] = flow.params[k];
    axes.resize(specs[k]->shape.rank());
    for (int a = 0; a < specs[k]->shape.rank(); ++a)
      MOTE_CHECK(axes[a].empty() || std::ssize(axes[a]) == specs[k]->shape[a]);
  }
}

}  // namespace

ChannelMap::ChannelMap(const Graph &graph) : params_(graph.params.size()) {
  Labels labels;
  std::vector<int> input(graph.input[-1]);
  for (int &label : input) {
    label = labels.make();
    labels.freeze(label);
  }
  values_ = {input};
  for (int i = 0; i < graph.count(); ++i) follow(graph, i, labels, values_, params_, count_attrs_);
  for (int label : values_.back()) labels.freeze(label);
  // numbered in the order in which their first labels were made, which are the roots
  std::vector<int> class_of;
  std::vector<int> maker_of;  // of a class, + 1
  Sets makers;
  for (int i = -1; i < graph.count(); ++i) makers.make();
  for (int l = 0; l < labels.sets.count(); ++l) {
    const int root = labels.sets.find(l);
    if (root == l) {
      class_of.push_back(is_frozen_.size());
      is_frozen_.push_back(false);
      maker_of.push_back(labels.maker[l] + 1);
    } else {
      class_of.push_back(class_of[root]);
    }
    if (labels.is_frozen[l]) is_frozen_[class_of[l]] = true;
    makers.join(maker_of[class_of[l]], labels.maker[l] + 1);
  }
  const auto number = [&](Lists &lists) {
    for (std::vector<int> &list : lists)
      for (int &label : list) label = class_of[label];
  };
  number(values_);
  for (Lists &axes : params_) number(axes);
  std::map<int, int> choices;
  for (int maker : maker_of)
    choice_of_.push_back(choices.emplace(makers.find(maker), choices.size()).first->second);
  makers_.resize(choices.size());
  for (int i = 0; i < graph.count(); ++i)
    if (std::find(labels.maker.begin(), labels.maker.end(), i) != labels.maker.end())
      makers_[choices.at(makers.find(i + 1))].push_back(i);
}

int ChannelMap::output_class(const Parameter &p, int param, size_t i) const {
  const Lists &axes = params_[param];
  const int rank = p.shape.rank();
  const size_t last = p.shape[-1];
  if (axes.empty()) return -1;
  if (!axes[rank - 1].empty()) return axes[rank - 1][i % last];
  if (p.channel_axis == rank - 1 || axes[rank - 2].empty()) return -1;
  return axes[rank - 2][i / last % axes[rank - 2].size()];
}

namespace {

std::vector<int> kept_indices(const std::vector<int> &classes, int size,
                              const std::vector<bool> &is_removed) {
  std::vector<int> kept;
  for (int i = 0; i < size; ++i)
    if (classes.empty() || !is_removed[classes[i]]) kept.push_back(i);
  return kept;
}

// The values at these indices of each axis.
std::vector<float> gathered(const Parameter &p, const Lists &kept) {
  size_t count = 1;
  for (const std::vector<int> &list : kept) count *= list.size();
  std::vector<float> values(count);
  std::vector<size_t> at(kept.size(), 0);
  for (float &value : values) {
    size_t from = 0;
    for (int a = 0; a < std::ssize(kept); ++a) from = from * p.shape[a] + kept[a][at[a]];
    value = p.data[from];
    for (size_t a = kept.size(); a-- > 0 && ++at[a] == kept[a].size();) at[a] = 0;
  }
  return values;
}

void copy_param(const Parameter &from, const ChannelMap &map, int index, const std::vector<bool> &is_removed,
                Parameter &to) {
  Lists kept;
  for (int a = 0; a < from.shape.rank(); ++a)
    kept.push_back(kept_indices(map.param(index)[a], from.shape[a], is_removed));
  to.data = gathered(from, kept);
  MOTE_CHECK(to.data.size() == to.shape.elements());
  to.l1 = from.l1;
  to.l2 = from.l2;
  to.form = from.form;
  to.form.gain.clear();
  for (size_t c = 0; c < from.form.gain.size(); ++c) {
    const int label = map.output_class(from, index, c);
    if (label < 0 || !is_removed[label]) to.form.gain.push_back(from.form.gain[c]);
  }
}

Attrs with_count(Attrs attrs, const std::string &count_attr, int64_t count) {
  if (count_attr.empty()) return attrs;
  Attr &attr = attrs.at(count_attr);
  auto *list = std::get_if<std::vector<int64_t>>(&attr);
  if (list == nullptr)
    attr = count;
  else if (list->back() != -1)
    list->back() = count;
  return attrs;
}

}  // namespace

Graph without_channels(const Graph &graph, const ChannelMap &map, const std::vector<bool> &is_removed) {
  Graph to;
  to.name = graph.name;
  to.input = graph.input;
  to.layers = graph.layers;
  for (int i = 0; i < graph.count(); ++i) {
    const Node &node = graph.nodes[i];
    const std::vector<int> &labels = map.value(i + 1);
    const auto count = std::count_if(labels.begin(), labels.end(), [&](int c) { return !is_removed[c]; });
    to.add(node.op->name, node.name, with_count(node.attrs, map.count_attr(i), count), node.inputs);
    for (size_t k = 0; k < node.params.size(); ++k)
      copy_param(graph.params[node.params[k]], map, node.params[k], is_removed,
                 to.params[to.nodes.back().params[k]]);
  }
  return to;
}

void leave_some(const Graph &graph, const ChannelMap &map, const std::vector<double> &scores,
                std::vector<bool> &is_removed) {
  for (int v = 0; v <= graph.count(); ++v) {
    const std::vector<int> &labels = map.value(v);
    if (std::any_of(labels.begin(), labels.end(), [&](int c) { return !is_removed[c]; })) continue;
    is_removed[*std::max_element(labels.begin(), labels.end(),
                                 [&](int a, int b) { return scores[a] < scores[b]; })] = false;
  }
}

}  // namespace mote
