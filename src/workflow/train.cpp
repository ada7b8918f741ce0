// A training from a project to the folder of a run: checks before the time is spent, the training,
// scores, records and pictures written at once at the end.
//
// An interrupted one leaves its state (runs/unfinished.h) and can go on. The loop: train/train.cpp;
// sentences on the way: apps/cli/train.cpp.
#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/staged_folder.h"
#include "data/npy.h"
#include "features/preprocessing.h"
#include "mote/files.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "runs/golden.h"
#include "runs/json_file.h"
#include "runs/made_how.h"
#include "runs/run_folder.h"
#include "runs/unfinished.h"
#include "workflow/compare_baseline.h"
#include "workflow/earlier_runs.h"
#include "workflow/feature_cache.h"
#include "workflow/made_run.h"
#include "workflow/series.h"
#include "workflow/support.h"
#include "workflow/train_detector.h"

namespace mote {

using nlohmann::json;

namespace {

// The project's network with the weights, the preprocessing and the classes of another run.
Model with_weights_of(const Run &from, const Model &built, const Splits &splits,
                      const std::vector<PreprocessingStep> &features) {
  const Model &old = from.model();
  const auto fail = [&](const std::string &message) {
    return Error(ErrorCode::kShape, from.path(), message,
                 "--from needs a run of the same layers, window, channels and classes");
  };
  const auto &a = old.graph.params, &b = built.graph.params;
  if (old.graph.input != built.graph.input)
    throw fail(
        fmt::format("its input is {}, the project's {}", old.graph.input.text(), built.graph.input.text()));
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto shown = [&](const auto &list) {
      return i < list.size() ? fmt::format("{} {}", list[i].name, list[i].shape.text()) : "no more weights";
    };
    if (i >= a.size() || i >= b.size() || a[i].shape != b[i].shape)
      throw fail(fmt::format("its weights do not fit: it has {}, the project {}", shown(a), shown(b)));
  }
  if (!old.labels.empty() && old.labels != splits.train.labels)
    throw fail(fmt::format("its classes are {}, the recordings' {}", fmt::join(old.labels, ", "),
                           fmt::join(splits.train.labels, ", ")));
  if (old.preprocessing.channel_names != splits.train.channel_names)
    throw fail(fmt::format("its channels are {}, the recordings' {}",
                           fmt::join(old.preprocessing.channel_names, ", "),
                           fmt::join(splits.train.channel_names, ", ")));
  // settings alone: tables follow from them
  const auto blocks_of = [](const std::vector<PreprocessingStep> &steps) {
    std::vector<std::tuple<int, std::string, Attrs, Arithmetic>> blocks;
    for (const PreprocessingStep &step : steps)
      blocks.emplace_back(step.chain, step.block, step.attrs, step.arithmetic);
    return blocks;
  };
  auto learned = blocks_of(old.preprocessing.steps);
  if (!learned.empty()) learned.pop_back();  // the normalization
  if (learned != blocks_of(resolved(features, splits.train.rate_hz)))
    throw fail(
        "it learned on other features.blocks, or in another features.arithmetic, than the project has");
  if (old.preprocessing.image.is_set() && old.preprocessing.image != splits.train.image)
    throw fail(
        "it learned on pictures that were brought to another size, or in another way (data.image_fit)");
  Model model = built;
  for (size_t i = 0; i < b.size(); ++i) {
    model.graph.params[i].data = a[i].data;
    model.graph.params[i].form = a[i].form;
  }
  model.preprocessing = old.preprocessing;
  model.labels = old.labels;
  if (!is_detector(old)) return model;
  model.preprocessing.target = ModelTarget::kInput;  // the score comes behind the training
  model.labels.clear();
  return model;
}

// For those who did not ask `mote data`: a model that is wrong by its recordings may score well.
std::string first_warning(const std::vector<Finding> &read, const std::vector<Finding> &judged) {
  size_t count = 0;
  const Finding *first = nullptr;
  for (const std::vector<Finding> *list : {&read, &judged})
    for (const Finding &f : *list) {
      if (f.severity == Severity::kNote) continue;
      if (first == nullptr) first = &f;
      ++count;
    }
  if (first == nullptr) return "";
  const std::string said = fmt::format("{}: {}", first->where, first->message);
  if (count == 1) return "`mote data` says of the recordings: " + said;
  return fmt::format("`mote data` says {} things of the recordings, the first: {}", count, said);
}

}  // namespace

PreparedRun prepared_run(const Project &project, const Recordings &recordings, Splits splits,
                         const std::string &kind, const Run *from) {
  PreparedRun p;
  p.splits = std::move(splits);
  std::vector<Finding> judged = split_findings(recordings, project.split);
  std::vector<Finding> of_groups;
  for (Finding &f : group_findings(recordings, project.split, p.splits.parts)) {
    if (f.severity == Severity::kWarning) p.group_finding = fmt::format("{}; {}", f.message, f.remedy);
    of_groups.push_back(std::move(f));
  }
  for (Finding &f : lint(recordings)) judged.push_back(std::move(f));
  p.data_finding = first_warning(recordings.findings, judged);  // of groups there is a warning of its own
  judged.insert(judged.begin(), of_groups.begin(), of_groups.end());
  p.data = data_record(project, recordings, judged);
  p.data["split"] = {
      {"train", p.splits.train.size()}, {"val", p.splits.val.size()}, {"test", p.splits.test.size()}};
  p.record = run_record(project, kind, recordings, p.splits.parts,
                        from ? path_within(project.folder, from->path()) : "");
  if (from) p.record["parent_model"] = from->digest(run_file::kModel);
  p.options = project.train;
  if (has_stream(project.target_of_answers(), recordings)) {
    p.windows = fitted_windows(project.decision, recordings, p.splits.parts, project.train.features);
    add_stream_windows(p.splits, recordings, p.windows, project.train.seed);
    p.tuning = tuning_stream(recordings, p.splits.parts, p.windows);
    p.test = stream_of_part(recordings, p.splits.parts, 'x', p.windows);
  }
  return p;
}

namespace {

PreparedRun prepare(const Project &project, const Run *from) {
  // the recordings go before the training begins
  Recordings recordings = project.recordings();
  recordings.take_off_running_mean(project.detector.adapt);
  return prepared_training(project, recordings, recordings.split(project.split), from);
}

}  // namespace

PreparedRun prepared_training(const Project &project, const Recordings &recordings, Splits splits,
                              const Run *from) {
  Model model = project.build_model(recordings);
  PreparedRun p = prepared_run(project, recordings, std::move(splits), "training", from);
  p.model = std::move(model);
  if (from && project.detector.is_set() && project.detector.kind != DetectorKind::kAutoencoder)
    throw Error(ErrorCode::kUnsupported, "--from", "a Gaussian and k-means are fitted anew, in one go",
                "leave --from out");
  if (from) {
    p.model = with_weights_of(*from, p.model, p.splits, project.train.features);
    p.options.is_fine_tuning = true;
  }
  check_deployable(p.model);
  check_streaming(project, p.model, p.splits.train, p.windows);
  return p;
}

namespace {

// For the scripts that a table of features comes from; the model has them in itself.
void write_normalization(StagedFolder &staged, const Preprocessing &preprocessing) {
  for (const PreprocessingStep &step : preprocessing.steps) {
    if (step.block != "normalization") continue;
    const std::vector<float> &mean = step.table("mean");
    std::vector<float> deviation;
    for (float gain : step.table("gain")) deviation.push_back(1.0f / gain);
    staged.write(run_file::kMean, format_npy_f32({mean.size()}, mean.data()));
    staged.write(run_file::kDeviation, format_npy_f32({deviation.size()}, deviation.data()));
  }
}

// Classes that the float model never answers rightly; `val`: of the validation windows, where there are any.
std::vector<std::string> never_found(const Model &model, const Splits &splits,
                                     const std::optional<Evaluation> &val) {
  std::vector<std::string> list;
  std::optional<Evaluation> train;
  for (size_t c = 0; c < model.labels.size(); ++c) {
    const bool is_validated = val && val->classes[c].support > 0;
    if (!is_validated && !train) train = evaluate(model, splits.train);
    const ClassScore &score = is_validated ? val->classes[c] : train->classes[c];
    if (score.support > 0 && score.recall == 0)
      list.push_back(fmt::format("class '{}' is never found: 0 of {} {} windows", model.labels[c],
                                 score.support, is_validated ? "validation" : "training"));
  }
  return list;
}

void score_int8(RunSummary &result, const Splits &splits, const Project &project) {
  const QuantizeOptions options{splits.train, project.quantize};
  try {
    result.int8_findings = judge_normalizations(result.trained.model, options);
  } catch (const Error &) {  // settings that do not fit: said below, and by mote quantize
  }
  if (splits.val.size() == 0) {
    result.why_no_int8 = "there are no validation windows";
    return;
  }
  try {
    IntegerProgram program = quantize(result.trained.model, options);
    if (project.detector.is_set()) take_threshold(program, splits, project.detector.false_alarms);
    result.val_int8 = evaluate(program, splits.val);
  } catch (const Error &e) {
    result.why_no_int8 = e.what();
  }
}

// What a split that ignores groups gives, and what one that keeps them gave.
void add_group_figures(RunSummary &result, const Splits &splits, const Project &project) {
  if (result.group_finding.empty() || splits.test.size() == 0 || result.test.is_regression) return;
  const std::string other = figure_by_groups(project);
  result.group_finding += fmt::format("; this split gives {:.1f} %{}", 100 * result.test.accuracy,
                                      other.empty() ? ", no run of this project keeps groups apart" : other);
}

// history.json: the training, and what the kept epoch is worth.
json history_record(const RunSummary &result) {
  json record = history_json(result.trained);
  record["never_found"] = result.never_found;
  if (!result.rest_finding.empty()) record["rest_finding"] = result.rest_finding;
  if (!result.val_int8)
    record["int8"] = {{"why_not", result.why_no_int8}};
  else if (result.val_int8->detection.is_set)
    record["int8"] = {{"val_false_alarms", result.val_int8->detection.false_alarms},
                      {"val_normal", result.val_int8->detection.normal}};
  else if (result.val_int8->is_regression)
    record["int8"] = {{"val_mse", result.val_int8->mse}, {"val_mae", result.val_int8->mae}};
  else
    record["int8"] = {{"val_accuracy", result.val_int8->accuracy}};
  record["int8"]["findings"] = result.int8_findings;
  if (!result.threshold.empty())
    record["detector"] = {{"threshold", anomaly_threshold(result.trained.model)},
                          {"text", result.threshold},
                          {"finding", result.threshold_finding}};
  return record;
}

}  // namespace

RunSummary finish_run(PreparedRun &p, const Project &project, const RunClaim &claim) {
  RunSummary result;
  result.data_finding = p.data_finding;
  result.group_finding = p.group_finding;
  result.feature_note = keep_features_of(project, p.model, p.splits, p.options);
  if (p.windows.is_set())
    p.options.judge_stream = [&](const Model &model) {
      return stream_cost(model, project, p.windows, p.tuning);
    };
  if (project.detector.is_set()) {
    TrainedDetector made = train_detector(p.model, p.splits, project, p.options);
    result.trained = std::move(made.run);
    result.threshold = made.threshold.text;
    result.threshold_finding = made.threshold.finding;
  } else {
    result.trained = p.trainer ? p.trainer(p) : train(p.model, p.splits, p.options);
  }
  if (p.splits.test.size() > 0) result.test = evaluate(result.trained.model, p.splits.test);
  if (!project.detector.is_set()) add_group_figures(result, p.splits, project);  // of accuracies
  ComparedBaseline compared;  // of classes, which a detector does not learn
  if (!project.detector.is_set())
    compared = compare_baseline(result.trained, p.splits, result.test, p.options.threads);
  result.baseline = compared.text;
  result.baseline_finding = compared.finding;
  std::optional<Evaluation> val;
  if (p.splits.val.size() > 0) val = evaluate(result.trained.model, p.splits.val);
  if (val && !val->is_regression && val->interval_method != IntervalMethod::kWilson)
    result.trained.facts.val_interval = val->interval;
  if (!project.detector.is_set()) result.never_found = never_found(result.trained.model, p.splits, val);
  if (p.windows.is_set()) {
    Model &model = result.trained.model;
    model.preprocessing.decision = tuned_rule(model, project, p.windows, p.tuning);
    result.rest_finding = judge_rest(model.preprocessing.decision);
    if (!p.test.events.empty()) result.replay = replay(model, p.test, model.preprocessing.decision);
  }
  score_int8(result, p.splits, project);
  json history = history_record(result);
  if (!compared.record.is_null()) history["baseline"] = compared.record;
  if (!compared.finding.empty()) history["baseline_finding"] = compared.finding;
  StagedFolder staged(claim.path());
  staged.write(run_file::kProject, project.toml);
  staged.write(run_file::kRecord, json_text(p.record));
  staged.write(run_file::kData, json_text(p.data));
  staged.write(run_file::kSummary, json_text(summary_json(summarize(result.trained.model))));
  staged.write(run_file::kHistory, json_text(history));
  staged.write(run_file::kHistoryCsv, history_csv(result.trained.history));
  const std::string bytes = format_mote(result.trained.model), model_digest = sha256(bytes);
  const std::string data_digest = p.record.at("data_digest");
  if (!result.trained.history.back().is_fit) {  // which has no curves
    const Picture curves = signed_picture(draw_history(result.trained.history, result.trained.best_epoch),
                                          model_digest, data_digest);
    staged.write(run_file::kHistoryPng, curves.png);
    staged.write(run_file::kHistorySvg, curves.svg);
  }
  staged.write(run_file::kModel, bytes);
  if (p.splits.train.is_features) write_normalization(staged, result.trained.model.preprocessing);
  add_golden(staged, p.splits);
  if (p.more_files)
    for (const auto &[name, text] : p.more_files()) staged.write(name, text);
  if (p.splits.test.size() > 0) {
    result.test_record = evaluation_record(result.test, model_digest, data_digest, project.folder);
    staged.write(run_file::kEvaluation, json_text(json::array({result.test_record})));
    if (!result.test.is_regression) {
      const Picture matrix = signed_picture(draw_confusion(result.test), model_digest, data_digest);
      staged.write(run_file::kConfusionPng, matrix.png);
      staged.write(run_file::kConfusionSvg, matrix.svg);
    }
  }
  staged.commit();
  std::error_code ignored;
  fs::remove(unfinished_path(claim.path()), ignored);
  result.history = history;
  result.splits = std::move(p.splits);
  result.folder = find_run(claim.path());
  return result;
}

namespace {

// `begun`: a training to go on with.
RunSummary run_training(PreparedRun &p, const Project &project, const RunClaim &claim,
                        const std::string &parent, const std::string &series,
                        const std::optional<Unfinished> &begun) {
  if (!series.empty()) p.record["series"] = series;
  const std::string state_path = unfinished_path(claim.path());
  { StagedFolder probe(claim.path()); }  // an unwritable place is found before training, not after
  if (project.has_checkpoints)
    p.options.callbacks.push_back(checkpoint((fs::path(project.folder) / "checkpoints").string()));
  const uint32_t digest = digest_of(p.splits, p.options);
  if (begun) {
    if (begun->digest != digest)
      throw Error(ErrorCode::kDataFormat, project.data_path, "has changed since the training began",
                  fmt::format("restore the recordings, or remove {} and train anew", state_path));
    p.options.resume = std::make_shared<TrainingState>(begun->state);
  }
  p.options.save = [&](const TrainingState &state) {
    try {
      save_unfinished(state_path, {project.toml, project.assignments, project.train.seed, project.split.seed,
                                   project.train.epochs, digest, parent, series, state});
    } catch (const Error &e) {
      throw Error(e.code(), e.where(), e.message(),
                  fs::exists(state_path)
                      ? "what was saved before is whole: make room and `mote train --resume`"
                      : e.hint());
    }
  };
  try {
    return finish_run(p, project, claim);
  } catch (const Error &e) {
    if (e.code() != ErrorCode::kInterrupted) throw;
    throw Error(e.code(), state_path, e.message(), "`mote train --resume` goes on with it");
  }
}

void check_epochs(const Unfinished &begun, const Schedule &schedule, int epochs) {
  if (epochs < begun.epochs)
    throw Error(ErrorCode::kInvalidArgument, "--epochs",
                fmt::format("{} is less than the {} that the training was begun with", epochs, begun.epochs),
                "--resume can only raise it; early stopping ends a training sooner");
  if (epochs > begun.epochs && depends_on_epochs(schedule))
    throw Error(ErrorCode::kInvalidArgument, "--epochs",
                fmt::format("the cosine schedule of the learning rate was laid out over {} epochs, and every "
                            "step so far depended on that",
                            begun.epochs),
                fmt::format("finish it with --resume alone and go on with `mote train --from RUN`, or train "
                            "anew with --epochs {}",
                            epochs));
}

}  // namespace

RunSummary train_of_series(const Project &project, const Run *from, const BeforeTraining &before,
                           const std::string &series) {
  PreparedRun p = prepare(project, from);
  if (before) before(p.model, p.splits, p.options);
  const RunClaim claim = RunClaim::next(project);
  return run_training(p, project, claim, p.record.value("parent", ""), series, std::nullopt);
}

RunSummary train_run(const Project &project, const Run *from, const BeforeTraining &before) {
  return train_of_series(project, from, before, "");
}

std::vector<std::string> stopped_trainings(const Project &project) {
  std::vector<std::string> stopped;
  for (const std::string &path : unfinished_runs(project.folder))
    if (RunClaim::of(path)) stopped.push_back(path);
  return stopped;
}

RunSummary resume_run(const Project &given, std::optional<int> epochs, const BeforeTraining &before) {
  RunClaim::sweep(given.folder);
  const std::vector<std::string> unfinished = unfinished_runs(given.folder);
  if (unfinished.empty())
    throw Error(ErrorCode::kNotFound, (fs::path(given.folder) / "runs").string(),
                "there is no unfinished training", "`mote train` without --resume begins one");
  const std::optional<RunClaim> claim = RunClaim::soon(unfinished);
  if (!claim)
    throw Error(ErrorCode::kIo, unfinished_path(unfinished[0]), "is being trained by another process",
                "wait until it has ended, or end it");
  return resume_claimed(given, *claim, epochs, before);
}

RunSummary resume_claimed(const Project &given, const RunClaim &claim, std::optional<int> epochs,
                          const BeforeTraining &before) {
  const std::string state_path = unfinished_path(claim.path());
  const std::optional<Unfinished> begun = load_unfinished(state_path);
  if (begun->toml != given.toml)
    throw Error(ErrorCode::kDataFormat, (fs::path(given.folder) / "mote.toml").string(),
                "has changed since the training began",
                fmt::format("restore it, or remove {} and train anew", state_path));
  Project project = parse_project(begun->toml, (fs::path(given.folder) / "mote.toml").string(), given.folder,
                                  begun->assignments);
  project.train.callbacks = given.train.callbacks;
  project.train.on_step = given.train.on_step;
  project.train.on_features = given.train.on_features;
  project.train.has_profile = given.train.has_profile;
  project.train.threads = given.train.threads;  // the result does not depend on it
  project.train.seed = begun->seed;
  project.split.seed = begun->split_seed;
  project.train.epochs = begun->epochs;
  project.has_checkpoints &= begun->series.empty();  // all of a series would write the same files
  if (epochs) {
    check_epochs(*begun, project.train.schedule, *epochs);
    project.train.epochs = *epochs;
  }
  std::optional<Run> parent;
  if (!begun->parent.empty())
    parent.emplace(find_run((fs::path(project.folder) / begun->parent).lexically_normal().string()));
  PreparedRun p = prepare(project, parent ? &*parent : nullptr);
  if (before) before(p.model, p.splits, p.options);
  return run_training(p, project, claim, begun->parent, begun->series, begun);
}

}  // namespace mote
