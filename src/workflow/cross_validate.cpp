// One training, quantization and evaluation for each fold, and one score over all of them pooled; written
// as a run of its own, without a model.
//
// How recordings are put into folds is data/'s. Folds run one after the other: a training uses all
// threads.
#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "base/staged_folder.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "quant/quantize.h"
#include "runs/claim.h"
#include "runs/json_file.h"
#include "runs/made_how.h"
#include "workflow/compare_baseline.h"
#include "workflow/decide.h"
#include "workflow/feature_cache.h"
#include "workflow/support.h"

namespace mote {

using nlohmann::json;

// As train_run() does it: with windows of a stream where the rule asks for them.
static TrainedRun trained_on(const Model &model, const Splits &fold, const Recordings &recordings,
                             const Project &project) {
  if (!has_stream(project.train.target, recordings)) return train(model, fold, project.train);
  const DecisionRule windows =
      fitted_windows(project.decision, recordings, fold.parts, project.train.features);
  Splits with_stream = fold;
  add_stream_windows(with_stream, recordings, windows, project.train.seed);
  const TuningStream tuning = tuning_stream(recordings, fold.parts, windows);
  TrainOptions options = project.train;
  options.judge_stream = [&](const Model &now) { return stream_cost(now, project, windows, tuning); };
  return train(model, with_stream, options);
}

// Of all folds, each trained on its own part: examples that are answered rightly without a network.
class PooledBaseline {
 public:
  void add(const ComparedBaseline &compared, size_t examples) {
    const json *test = nullptr;
    if (compared.record.is_array())
      for (const json &entry : compared.record)
        if (entry.at("part") == "test") test = &entry;
    const auto n = static_cast<double>(examples);
    examples_ += n;
    has_means_ &= test != nullptr;
    has_linear_ &= test != nullptr && test->contains("linear");
    if (test == nullptr) return;
    means_ += n * test->at("nearest_mean").get<double>();
    if (test->contains("linear")) linear_ += n * test->at("linear").get<double>();
  }
  std::string text() const {
    if (!has_means_ || examples_ == 0) return "";
    return fmt::format("Without a network, on the same windows: nearest class mean {:.1f} %{}.",
                       100 * means_ / examples_,
                       has_linear_ ? fmt::format(", linear model {:.1f} %", 100 * linear_ / examples_) : "");
  }

 private:
  bool has_means_ = true, has_linear_ = true;
  double examples_ = 0, means_ = 0, linear_ = 0;
};

// A group that several folds have windows of is one.
class PooledGroups {
 public:
  void add(const WindowGroups &of_fold) {
    all_.kind = of_fold.kind;
    for (const int g : of_fold.of) {
      const std::string &name = of_fold.names[static_cast<size_t>(g)];
      const auto [it, is_new] = numbers_.try_emplace(name, static_cast<int>(all_.names.size()));
      if (is_new) all_.names.push_back(name);
      all_.of.push_back(it->second);
    }
  }
  const WindowGroups &all() const { return all_; }

 private:
  WindowGroups all_;
  std::map<std::string, int> numbers_;
};

CrossValidation cross_validate(const Project &project, std::vector<Splits> splits,
                               const std::function<void(const FoldScore &)> &end_fold) {
  if (project.train.target != ModelTarget::kClasses)
    throw Error(ErrorCode::kUnsupported, "train", "cross-validation counts classes; this project has none");
  CrossValidation result;
  const Recordings recordings = project.recordings();
  const Model model = project.build_model(recordings);
  check_deployable(model);
  const RunClaim claim = RunClaim::next(project);
  const std::string &path = claim.path();
  { StagedFolder probe(path); }
  std::vector<int> truth, by_float, by_int8;
  PooledGroups groups;
  json folds = json::array();
  PooledBaseline baseline;
  for (Splits &fold : splits) {
    keep_features_of(project, model, fold, project.train);
    const TrainedRun trained = trained_on(model, fold, recordings, project);
    const Evaluation f = evaluate(trained.model, fold.test),
                     q = evaluate(quantize(trained.model, {fold.train, project.quantize}), fold.test);
    const ComparedBaseline compared = compare_baseline(trained, fold, f, project.train.threads);
    baseline.add(compared, f.truth.size());
    FoldScore score{fold.name, f.truth.size(), 0, 0, {}};
    for (size_t i = 0; i < f.truth.size(); ++i) {
      score.correct_float += f.predicted[i] == f.truth[i];
      score.correct_int8 += q.predicted[i] == q.truth[i];
    }
    groups.add(f.groups);
    truth.insert(truth.end(), f.truth.begin(), f.truth.end());
    by_float.insert(by_float.end(), f.predicted.begin(), f.predicted.end());
    by_int8.insert(by_int8.end(), q.predicted.begin(), q.predicted.end());
    folds.push_back({{"name", score.name},
                     {"examples", score.examples},
                     {"correct_float", score.correct_float},
                     {"correct_int8", score.correct_int8},
                     {"train", fold.train.size()},
                     {"val", fold.val.size()}});
    add_wrong(folds.back(), q, project.folder);
    if (!compared.record.is_null()) folds.back()["baseline"] = score.baseline = compared.record;
    result.folds.push_back(score);
    for (Dataset *part : {&fold.train, &fold.val, &fold.test}) part->features.reset();
    if (end_fold) end_fold(score);
  }
  result.pooled_float = score("float", recordings.labels, truth, by_float, groups.all());
  result.pooled_int8 = score("int8", recordings.labels, truth, by_int8, groups.all());
  result.baseline = baseline.text();
  StagedFolder staged(path);
  staged.write(run_file::kProject, project.toml);
  json record = run_record(project, "cross-validation", recordings, "");
  for (const Splits &fold : splits) record["fold_parts"].push_back(fold.parts);
  staged.write(run_file::kRecord, json_text(record));
  staged.write(run_file::kFolds, json_text(folds));
  staged.write(run_file::kData, json_text(data_record(project, recordings, lint(recordings))));
  result.record = folds;
  staged.write(
      run_file::kEvaluation,
      json_text(json::array({evaluation_json(result.pooled_float), evaluation_json(result.pooled_int8)})));
  const Picture matrix = draw_confusion(result.pooled_int8);
  staged.write(run_file::kConfusionPng, matrix.png);
  staged.write(run_file::kConfusionSvg, matrix.svg);
  staged.commit();
  result.folder = find_run(path);
  return result;
}

}  // namespace mote
