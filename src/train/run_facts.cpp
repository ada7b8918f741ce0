// What is noted of a finished training beside its weights: the facts that its curves are judged with, and the
// time and work of each layer.
//
// The judgement itself is judge.cpp, the tables profile.cpp; times are taken in network.cpp.
#include "train/run_facts.h"

#include <algorithm>

#include "graph/cost.h"

namespace mote {

TrainingFacts facts_of(const TrainedRun &run, const Graph &graph, const TrainingWindows &trained,
                       size_t val_windows, const TrainOptions &o) {
  TrainingFacts f;
  f.kept_epoch = run.best_epoch;
  f.val_windows = val_windows;
  f.has_augmentation = o.augment.is_on();
  f.has_dropout = std::any_of(graph.nodes.begin(), graph.nodes.end(),
                              [](const Node &n) { return n.op->has(Property::kIdentityAtInference); });
  f.has_class_weights = o.balance_classes || !o.class_weights.empty();
  f.has_early_stopping = o.early_stopping.patience > 0;
  f.stopped_early = run.stopped_early;
  if (o.target != ModelTarget::kClasses) return f;
  const std::vector<std::string> &labels = trained.recorded().labels;
  std::vector<size_t> counts;
  for (size_t c = 0; c < labels.size(); ++c) counts.push_back(trained.count(static_cast<int>(c)));
  const auto largest = std::max_element(counts.begin(), counts.end());
  if (largest == counts.end()) return f;
  f.classes = counts.size() - static_cast<size_t>(std::count(counts.begin(), counts.end(), 0u));
  f.largest_class = labels[static_cast<size_t>(largest - counts.begin())];
  f.largest_share = static_cast<double>(*largest) / static_cast<double>(trained.of_classes());
  return f;
}

std::vector<TrainingProfile::Row> profile_rows(const Graph &graph,
                                               const std::vector<Network::NodeTime> &times, uint64_t rows) {
  std::vector<TrainingProfile::Row> list;
  for (size_t i = 0; i < times.size(); ++i) {
    const Node &node = graph.nodes[i];
    if (times[i].forward + times[i].backward == 0) continue;
    const auto behind_views = [&](int v) {
      while (v > 0 && graph.nodes[v - 1].op->has(Property::kView)) v = graph.nodes[v - 1].inputs[0];
      return v;
    };
    const bool is_first =
        std::all_of(node.inputs.begin(), node.inputs.end(), [&](int v) { return behind_views(v) == 0; });
    const double products = is_first ? 2 : 3;  // forward, weights and, behind the first layer, inputs
    list.push_back({node.name, node.op->name, times[i].forward, times[i].backward,
                    2 * products * cost_of(graph, node).macs * rows});
  }
  return list;
}

}  // namespace mote
