// One training, quantization and evaluation for each fold, and one score over all of them pooled; written
// as a run of its own, without a model.
//
// How recordings are put into folds is data/'s. Folds run one after the other: a training uses all
// threads.
#include "base/error.h"
#include "base/staged_folder.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "quant/quantize.h"
#include "runs/claim.h"
#include "runs/json_file.h"
#include "runs/made_how.h"
#include "workflow/decide.h"
#include "workflow/feature_cache.h"

namespace mote {

using nlohmann::json;

// As train_run() does it: with windows of a stream where the rule asks for them.
static TrainedRun trained_on(const Model &model, const Splits &fold, const Recordings &recordings,
                             const Project &project) {
  if (!has_stream(project.train.target, recordings)) return train(model, fold, project.train);
  const DecisionRule windows = fitted_windows(project.decision, recordings, fold.parts);
  Splits with_stream = fold;
  add_stream_windows(with_stream, recordings, windows, project.train.seed);
  return train(model, with_stream, project.train);
}

CrossValidation cross_validate(const Project &project, std::vector<Splits> splits,
                               const std::function<void(const FoldScore &)> &end_fold) {
  if (project.train.target != ModelTarget::kClasses)
    throw Error(ErrorCode::kUnsupported, "train", "cross-validation counts classes; this project has none");
  CrossValidation result;
  const Recordings recordings = load_recordings(project.data_path, project.load);
  const Model model = project.build_model(recordings);
  check_deployable(model);
  const RunClaim claim = RunClaim::next(project);
  const std::string &path = claim.path();
  { StagedFolder probe(path); }
  std::vector<int> truth, by_float, by_int8;
  json folds = json::array();
  for (Splits &fold : splits) {
    keep_features_of(project, model, fold, project.train);
    const TrainedRun trained = trained_on(model, fold, recordings, project);
    const Evaluation f = evaluate(trained.model, fold.test),
                     q = evaluate(quantize(trained.model, {fold.train, project.quantize}), fold.test);
    FoldScore score{fold.name, f.truth.size(), 0, 0};
    for (size_t i = 0; i < f.truth.size(); ++i) {
      score.correct_float += f.predicted[i] == f.truth[i];
      score.correct_int8 += q.predicted[i] == q.truth[i];
    }
    truth.insert(truth.end(), f.truth.begin(), f.truth.end());
    by_float.insert(by_float.end(), f.predicted.begin(), f.predicted.end());
    by_int8.insert(by_int8.end(), q.predicted.begin(), q.predicted.end());
    folds.push_back({{"name", score.name},
                     {"examples", score.examples},
                     {"correct_float", score.correct_float},
                     {"correct_int8", score.correct_int8}});
    result.folds.push_back(score);
    for (Dataset *part : {&fold.train, &fold.val, &fold.test}) part->features.reset();
    if (end_fold) end_fold(score);
  }
  result.pooled_float = score("float", recordings.labels, truth, by_float);
  result.pooled_int8 = score("int8", recordings.labels, truth, by_int8);
  StagedFolder staged(path);
  staged.write(run_file::kProject, project.toml);
  json record = run_record(project, "cross-validation", recordings, "");
  for (const Splits &fold : splits) record["fold_parts"].push_back(fold.parts);
  staged.write(run_file::kRecord, json_text(record));
  staged.write(run_file::kFolds, json_text(folds));
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
