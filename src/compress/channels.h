// Removing channels from a graph, so that it becomes smaller: which channels hang together, and the graph
// without some. What to remove is chosen elsewhere (structured.h).
//
// Every op says how channels go through it (graph/channel_flow.h); an op that does not, the input and the
// output keep theirs, and with them every channel that is coupled to these. Source of the idea of coupled
// groups: Fang et al. 2023 (DepGraph).
#pragma once

#include <string>
#include <vector>

#include "mote/model.h"

namespace mote {

// Channels that go together or not at all, all over the graph, are a class. Classes that have a layer in
// common which makes them are of one choice: some of them can go, others stay.
class ChannelMap {
 public:
  explicit ChannelMap(const Graph &graph);

  int classes() const { return choice_of_.size(); }
  int choices() const { return makers_.size(); }
  int choice_of(int c) const { return choice_of_[c]; }
  bool is_frozen(int c) const { return is_frozen_[c]; }
  // The class of each channel of a value, and of each index along each axis of a parameter; an axis without
  // any stays whole.
  const std::vector<int> &value(int v) const { return values_[v]; }
  const std::vector<std::vector<int>> &param(int p) const { return params_[p]; }
  // The class of weight `i` of a parameter as an output channel; -1: it has none.
  int output_class(const Parameter &p, int param, size_t i) const;
  // The attribute of a node that counts its channels; "": none does.
  const std::string &count_attr(int node) const { return count_attrs_[node]; }
  // The nodes whose own channels are of this choice.
  const std::vector<int> &makers(int choice) const { return makers_[choice]; }

 private:
  std::vector<int> choice_of_;
  std::vector<bool> is_frozen_;
  std::vector<std::vector<int>> values_;
  std::vector<std::vector<std::vector<int>>> params_;
  std::vector<std::string> count_attrs_;
  std::vector<std::vector<int>> makers_;
};

// The graph without these classes; `is_removed` has one entry for each. At least one channel of every value
// must stay. Names and layers stay as they are.
Graph without_channels(const Graph &graph, const ChannelMap &map, const std::vector<bool> &is_removed);

// Takes classes back, of those that a value would lose all of the one with the highest score, until every
// value has a channel.
void leave_some(const Graph &graph, const ChannelMap &map, const std::vector<double> &scores,
                std::vector<bool> &is_removed);

}  // namespace mote
