// Judged on windows that neither has seen: those of the test part, where there is one, else of validation.
//
// The scores: train/baseline.cpp; where they are shown: apps/cli/train.cpp, report/html.cpp.
#include "workflow/compare_baseline.h"

#include <fmt/format.h>

#include <optional>

#include "graph/cost.h"
#include "train/baseline.h"

namespace mote {

using nlohmann::json;

static double macs_of_training(const TrainedRun &run, const Splits &splits) {
  const Graph &graph = run.model.graph;
  constexpr double kPasses = 3;  // forward, and backward to weights and inputs
  double macs = 0;
  for (const Node &node : graph.nodes) macs += static_cast<double>(cost_of(graph, node).macs);
  const auto windows = static_cast<double>(splits.train.size() + splits.stream.size());
  return kPasses * macs * windows * static_cast<double>(run.history.size());
}

static json entry(const char *part, const BaselineScore &score, double network, bool is_regression) {
  json j = {
      {"part", part}, {is_regression ? "mean_target" : "nearest_mean", score.means}, {"network", network}};
  if (score.linear) j["linear"] = *score.linear;
  return j;
}

static std::string shown_score(double score, bool is_regression) {
  return is_regression ? fmt::format("{:.5g}", score) : fmt::format("{:.1f} %", 100 * score);
}

static void describe(ComparedBaseline &c, const char *part, const BaselineScore &score, double network,
                     bool is_regression) {
  c.text = fmt::format(
      "Without a network, {}on the same {} windows: {} {}", is_regression ? "mean absolute error " : "", part,
      is_regression ? "their mean" : "nearest class mean", shown_score(score.means, is_regression));
  if (score.linear) c.text += fmt::format(", linear model {}", shown_score(*score.linear, is_regression));
  c.text += ".";
  const auto is_better = [&](double other) { return is_regression ? other <= network : other >= network; };
  const bool is_linear =
      score.linear && (is_regression ? *score.linear <= score.means : *score.linear >= score.means);
  const double best = is_linear ? *score.linear : score.means;
  if (!is_better(best)) return;
  const bool is_perfect = !is_regression && network >= 1;
  c.finding = fmt::format(
      "the network is no better on the {} windows than {}, without any network ({} against {}): {}", part,
      is_linear       ? "a linear model of the same inputs"
      : is_regression ? "the mean of the targets"
                      : "the means of the classes",
      shown_score(network, is_regression), shown_score(best, is_regression),
      is_perfect ? "these windows need none, harder ones may"
                 : "more epochs or windows, other features or a smaller network are worth a try");
}

ComparedBaseline compare_baseline(const TrainedRun &run, const Splits &splits, const Evaluation &test,
                                  int threads) {
  ComparedBaseline compared;
  ThreadPool pool(threads > 0 ? threads : hardware_threads());
  const std::optional<Baseline> baseline =
      baseline_of(run.model, splits, macs_of_training(run, splits), pool);
  if (!baseline) return compared;
  const bool is_regression = run.model.preprocessing.target != ModelTarget::kClasses;
  const EpochRecord &kept = run.history[static_cast<size_t>(run.best_epoch) - 1];
  const auto add = [&](const char *part, const std::optional<BaselineScore> &score, double network) {
    if (!score) return;
    compared.record.push_back(entry(part, *score, network, is_regression));
    describe(compared, part, *score, network, is_regression);
  };
  const auto of_network = [&] { return is_regression ? test.mae : test.accuracy; };
  add("validation", baseline->val, is_regression ? kept.val_mae : kept.val_accuracy);
  if (baseline->test) compared.finding.clear();
  add("test", baseline->test, of_network());
  return compared;
}

}  // namespace mote
