// mote train: options, the lines while training and the summary behind it; folds of a cross-validation; a
// warning before the time is spent if the model will not fit its target.
//
// The run is made by workflow/train.cpp.
#include <fmt/format.h>

#include <map>

#include "cli.h"
#include "interrupt.h"
#include "mote/detector.h"
#include "mote/device.h"
#include "mote/error.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "progress.h"

namespace mote::cli {

namespace {

struct TrainArguments : Common {
  std::string folder = ".", from;
  std::optional<uint64_t> seed;
  std::optional<int> threads, epochs;
  int folds = 0, seeds = 0;
  std::vector<std::string> assignments;
  bool leave_one_group_out = false, quiet = false, resume = false, profile = false;
};

constexpr size_t kMostGroups = 20;  // rows on the screen

std::string percent(const Evaluation &e) {
  return fmt::format("{:.1f} % ({} windows; {})", 100 * e.accuracy, e.truth.size(), e.interval_text());
}

// Before the time is spent: what [target] cannot hold. Figures depend on shapes, not on weights.
void warn_of_budget(const Project &project, const Model &model, const Dataset &examples) {
  if (!project.target.is_set()) return;
  ProfileOptions options;
  options.board = target_board(project);
  const Profile p = profile(untrained_program(project, model, examples), options);
  for (const std::string &problem : over_budget(project.target, p))
    warning(fmt::format(
        "the model will not fit [target]: {} (estimated; `mote profile` says what would help)", problem));
}

// The command that goes on with what was stopped, or begins anew.
std::string command_of(const TrainArguments &o, const std::string &arguments) {
  return fmt::format("`mote train{} {}`", o.folder == "." ? "" : " " + o.folder, arguments);
}

// The scores of the folds so far are on the screen and nowhere else: a cross-validation is a record of all.
CrossValidation watched_folds(const TrainArguments &o, Project &project, const std::vector<Splits> &splits) {
  const auto name_of = [&](size_t fold) {
    if (fold >= splits.size()) return std::string();
    return o.folds > 0 ? splits[fold].name
                       : fmt::format("{} ({} of {})", splits[fold].name, fold + 1, splits.size());
  };
  const auto of = [&](size_t fold) {
    return Progress::Of{.epochs = project.train.epochs,
                        .may_stop_early = project.train.early_stopping.patience > 0,
                        .label = name_of(fold)};
  };
  Progress progress(o.quiet, of(0));
  project.train.on_features = [&](size_t done, size_t windows) { progress.features(done, windows); };
  size_t done = 0;
  project.train.callbacks.push_back([&](const EpochEnd &e) {
    progress.epoch(e.record);
    return true;
  });
  project.train.on_step = [&](const StepEnd &s) {
    progress.step(s);
    return !is_end_asked();
  };
  const auto end_fold = [&](const FoldScore &f) {
    progress.note(fmt::format("{}: {} of {} windows right as float, {} as int8", name_of(done),
                              f.correct_float, f.examples, f.correct_int8));
    ++done;
    progress.begin(of(done));
  };
  ask_before_ending("Ended. A cross-validation is kept only when it is whole.");
  try {
    return cross_validate(project, splits, end_fold);
  } catch (const Error &e) {
    if (e.code() != ErrorCode::kInterrupted) throw;
    progress.finish();
    complain(fmt::format(
        "Stopped; {} of {} folds were done. Nothing is kept but the scores above, as a cross-validation is "
        "written when it is whole: {} begins anew.",
        done, splits.size(),
        command_of(o, o.folds > 0 ? fmt::format("--folds {}", o.folds) : "--leave-one-group-out")));
    end_as_asked();
    throw;
  }
}

// Of each fold's training; what several have in common is said once.
void warn_of_folds(const Model &model, const std::vector<Splits> &splits, const TrainOptions &options) {
  std::map<std::string, size_t> folds_of;
  for (const Splits &fold : splits)
    for (const std::string &sentence : training_warnings(model, fold, options)) ++folds_of[sentence];
  for (const auto &[sentence, folds] : folds_of)
    warning(fmt::format("{} (in {} of {} folds)", sentence, folds, splits.size()));
}

void run_folds(const TrainArguments &o, Project &project) {
  const Recordings recordings = project.recordings();
  const auto splits =
      o.folds > 0 ? recordings.k_fold(o.folds, project.split) : recordings.leave_one_group_out(project.split);
  const Model model = project.build_model(recordings);
  warn_of_folds(model, splits, project.train);
  if (project.target.is_set()) warn_of_budget(project, model, recordings.all());
  say(o, fmt::format("Cross-validation: {} trainings.", splits.size()));
  const CrossValidation cv = watched_folds(o, project, splits);
  std::string text = fmt::format("{:<28} {:>8} {:>10} {:>10}\n", "held out", "windows", "float", "int8");
  for (const FoldScore &f : cv.folds) {
    const auto share = [&](size_t n) {
      return f.examples ? 100.0 * static_cast<double>(n) / static_cast<double>(f.examples) : 0.0;
    };
    text += fmt::format("{:<28} {:>8} {:>8.1f} % {:>8.1f} %\n", f.name, f.examples, share(f.correct_float),
                        share(f.correct_int8));
  }
  text += fmt::format("\nAll held-out windows: float {}, int8 {}.\n{}", percent(cv.pooled_float),
                      percent(cv.pooled_int8), cv.pooled_int8.confusion_text());
  const AccuracyDifference lost = accuracy_difference(cv.pooled_float, cv.pooled_int8);
  text += fmt::format("int8 against float: {}.\n", lost.text());
  const std::string groups = cv.pooled_int8.groups_text(kMostGroups);
  if (!groups.empty() && !o.leave_one_group_out) text += "\nint8:\n" + groups;
  if (!cv.baseline.empty()) text += cv.baseline + "\n";
  text +=
      fmt::format("\nWrote {}. These models are not kept; `mote train` without folds makes one to deploy.",
                  cv.folder.path);
  result(o,
         {{"run", cv.folder.path},
          {"folds", cv.record},
          {"difference", difference_json(lost)},
          {"float", evaluation_json(cv.pooled_float)},
          {"int8", evaluation_json(cv.pooled_int8)}},
         text);
}

std::string score_text(const std::optional<double> &value, bool is_share) {
  if (!value) return "-";
  return is_share ? fmt::format("{:.1f} %", 100 * *value) : fmt::format("{:.5g}", *value);
}

std::string spread_text(const std::string &name, const std::optional<SeedSpread> &s, bool is_share) {
  if (!s) return "";
  return fmt::format("{}: mean {}, {} to {}.\n", name, score_text(s->mean, is_share),
                     score_text(s->low, is_share), score_text(s->high, is_share));
}

bool is_share(SeedFigure figure) { return figure == SeedFigure::kAccuracy; }

// One line per seed as it ends; the trainings themselves run side by side and would write over each other.
SeedsRequest watched_seeds(const TrainArguments &o) {
  SeedsRequest request;
  request.each = [](Project &project, uint64_t) {
    project.train.on_step = [](const StepEnd &) { return !is_end_asked(); };
  };
  request.end_seed = [&o](const SeedScore &s) {
    say(o, fmt::format("Seed {}: validation {}, {}.", s.seed, score_text(s.validation, is_share(s.figure)),
                       s.run.path));
  };
  return request;
}

void show_seeds(const TrainArguments &o, const SeedRuns &s) {
  const bool shares = is_share(s.figure);
  std::string text = fmt::format("{:<12} {:>11} {:>11} {:>11} {:>6}  {}\n", "seed", "validation", "int8",
                                 "test", "epoch", "run");
  for (const SeedScore &score : s.seeds)
    text += fmt::format("{:<12} {:>11} {:>11} {:>11} {:>6}  {}\n", score.seed,
                        score_text(score.validation, shares), score_text(score.validation_int8, shares),
                        score_text(score.test, shares), score.kept_epoch, score.run.path);
  const bool is_detector = s.figure == SeedFigure::kDetection;
  text += "\n" + spread_text(is_detector ? "Validation (mean score of normal windows)" : "Validation",
                             s.validation, shares);
  text += spread_text(is_detector ? "Test (AUC)" : "Test", s.test, shares);
  text += fmt::format("Keep {} (seed {}): {}.\nWrote {}", s.seeds[s.kept].run.path, s.seeds[s.kept].seed,
                      s.why, s.folder.path);
  nlohmann::json json = s.record;
  json["run"] = s.folder.path;
  result(o, json, text);
}

void run_seeds(const TrainArguments &o, const Project &project) {
  ask_before_ending("Ended at once; what was kept before is as it was.");
  if (o.resume && o.epochs)
    throw Error(ErrorCode::kInvalidArgument, "--epochs", "cannot change in a series of seeds",
                "--resume alone goes on with it");
  try {
    if (o.resume) {
      const std::optional<SeedRuns> resumed = resume_seeds(project, watched_seeds(o));
      if (!resumed)
        throw Error(ErrorCode::kNotFound, "--resume", "there is no unfinished series of seeds",
                    "`mote train --resume` without --seeds goes on with a single training");
      show_seeds(o, *resumed);
      return;
    }
    SeedsRequest request = watched_seeds(o);
    for (int i = 0; i < o.seeds; ++i) request.seeds.push_back(project.train.seed + static_cast<uint64_t>(i));
    show_seeds(o, train_seeds(project, request));
  } catch (const Error &e) {
    if (e.code() != ErrorCode::kInterrupted) throw;
    complain(fmt::format("Stopped. What is done is kept; {} goes on with it.", command_of(o, "--resume")));
    end_as_asked();
    throw;
  }
}

// Which weights were kept, or how well numbers that were fitted in one go go with the windows.
std::string kept_text(const RunSummary &s) {
  const std::vector<EpochRecord> &history = s.trained.history;
  const EpochRecord &kept = history[static_cast<size_t>(s.trained.best_epoch) - 1];
  if (kept.is_fit)
    return fmt::format("Fitted in {:.2f} s: mean {} {:.4g} in training{}", kept.seconds,
                       score_unit(s.trained.model), kept.loss,
                       kept.has_validation ? fmt::format(", {:.4g} in validation", kept.val_loss) : "");
  const std::string score = kept.is_regression
                                ? fmt::format("loss {:.5g}, mean absolute error {:.5g}",
                                              kept.value("val_loss"), kept.value("val_mae"))
                                : fmt::format("accuracy {:.1f} %", 100 * kept.value("val_accuracy"));
  return fmt::format("Kept epoch {} of {}: {} {}", s.trained.best_epoch, history.size(),
                     kept.has_validation ? "validation" : "training", score);
}

std::string int8_text(const RunSummary &s) {
  if (!s.val_int8 || s.val_int8->detection.is_set) return "";
  return s.val_int8->is_regression ? fmt::format(" (int8: mean absolute error {:.5g})", s.val_int8->mae)
                                   : fmt::format(" (int8: {:.1f} %)", 100 * s.val_int8->accuracy);
}

void run_train(const TrainArguments &o) {
  const Interruptible ends(o.resume ? "Ended. What was kept before is as it was; --resume goes on with it."
                                    : "Ended before the first step: there is nothing to keep.");
  Project project = read_project(o.folder, o.assignments);
  if (o.seed) {
    if (project.split.seed == project.train.seed) project.split.seed = *o.seed;
    project.train.seed = *o.seed;
  }
  if (o.threads) project.train.threads = *o.threads;
  if (o.epochs && !o.resume) project.train.epochs = *o.epochs;
  if (o.folds > 0 || o.leave_one_group_out) return run_folds(o, project);
  if (o.seeds > 0 || (o.resume && has_open_series(project))) return run_seeds(o, project);
  project.train.has_profile = o.profile;
  Progress progress(o.quiet, {.epochs = o.epochs.value_or(project.train.epochs),
                              .may_stop_early = project.train.early_stopping.patience > 0,
                              .is_resumed = o.resume});
  project.train.on_features = [&](size_t done, size_t windows) { progress.features(done, windows); };
  bool has_begun = false;
  project.train.on_step = [&](const StepEnd &s) {
    if (!has_begun)
      ask_before_ending(fmt::format("Ended at once; {} goes on with what was kept before, if anything was.",
                                    command_of(o, "--resume")));
    has_begun = true;
    progress.step(s);
    return !is_end_asked();
  };
  project.train.callbacks.push_back([&](const EpochEnd &e) {
    progress.epoch(e.record);
    return true;
  });
  if (!o.resume)
    if (const auto stopped = stopped_trainings(project); !stopped.empty())
      say(o, fmt::format("{} is an earlier training that did not finish; {} goes on with it.",
                         unfinished_path(stopped[0]), command_of(o, "--resume")));
  std::optional<Run> from;
  if (!o.from.empty()) from.emplace(find_run(o.from, project.folder));
  const auto before = [&](const Model &model, const Splits &data, const TrainOptions &options) {
    for (const std::string &sentence : training_warnings(model, data, options)) warning(sentence);
    warn_of_budget(project, model, data.train);
  };
  const RunSummary s = [&] {
    try {
      return o.resume ? resume_run(project, o.epochs, before)
                      : train_run(project, from ? &*from : nullptr, before);
    } catch (const Error &e) {
      progress.finish();
      if (e.code() != ErrorCode::kInterrupted) throw;
      complain(fmt::format(
          "The training {}, and is kept in {}. {} goes on with it, to the same model as without the stop.",
          e.message(), e.where(), command_of(o, "--resume")));
      end_as_asked();
      throw;
    }
  }();
  progress.finish();
  const std::string of_stream =
      s.splits.stream.size() > 0 ? fmt::format(" and {} of a stream of them", s.splits.stream.size()) : "";
  std::string text =
      fmt::format("Trained on {} windows{}, {} for validation, {} for test. {}{}.\n", s.splits.train.size(),
                  of_stream, s.splits.val.size(), s.splits.test.size(), kept_text(s), int8_text(s));
  if (!s.threshold.empty()) text += s.threshold + ".\n";
  if (!s.threshold_finding.empty()) text += fmt::format("Warning: {}.\n", s.threshold_finding);
  if (!s.val_int8) text += fmt::format("No int8 figure: {}.\n", s.why_no_int8);
  for (const std::vector<std::string> &list : {s.never_found, s.int8_findings})
    for (const std::string &sentence : list) text += fmt::format("Warning: {}.\n", sentence);
  if (!s.feature_note.empty()) text += fmt::format("Note: {}.\n", s.feature_note);
  if (!s.group_finding.empty()) text += fmt::format("Warning: {}.\n", s.group_finding);
  if (!s.data_finding.empty()) text += fmt::format("Note: {}.\n", s.data_finding);
  if (!s.rest_finding.empty()) text += fmt::format("Note: {}.\n", s.rest_finding);
  if (s.test.is_regression) text += "Test (float): " + s.test.report();
  if (s.test.detection.is_set) text += "Test (float): " + s.test.detection.text();
  if (!s.test.truth.empty()) text += fmt::format("Test accuracy (float): {}.\n", percent(s.test));
  if (!s.baseline.empty()) text += s.baseline + "\n";
  if (!s.baseline_finding.empty()) text += fmt::format("Note: {}.\n", s.baseline_finding);
  if (s.replay) text += fmt::format("Replay, as push() tells it (float): {}.\n", s.replay->line());
  const std::string judgement = judge_history(s.trained.history, s.trained.facts);
  if (!judgement.empty()) text += judgement + "\n";
  text += fmt::format("Wrote {}", s.folder.path);
  if (o.profile) text += "\n\n" + profile_text(s.trained.profile);
  nlohmann::json json = s.history;
  if (o.profile) json["profile"] = profile_json(s.trained.profile);
  json["run"] = s.folder.path;
  json["windows"] = {
      {"train", s.splits.train.size()}, {"val", s.splits.val.size()}, {"test", s.splits.test.size()}};
  if (s.splits.stream.size() > 0) json["windows"]["stream"] = s.splits.stream.size();
  json["test"] = s.test_record;
  if (!s.group_finding.empty()) json["group_finding"] = s.group_finding;
  if (!s.data_finding.empty()) json["data_finding"] = s.data_finding;
  if (s.replay) json["replay"] = replay_json(*s.replay);
  result(o, json, text);
}

}  // namespace

void add_train(CLI::App &app) {
  auto o = std::make_shared<TrainArguments>();
  CLI::App *c = app.add_subcommand("train", "train the model of a project; writes runs/<time>-<name>/");
  c->add_option("DIR", o->folder, "the project")->capture_default_str();
  c->add_option("--seed", o->seed,
                "instead of the seed in mote.toml; the same seed gives the same weights, bit for bit");
  c->add_option("--threads", o->threads, "0: all cores; the result does not depend on it")
      ->check(range_of("train.threads"));
  c->add_option("--epochs", o->epochs, "instead of train.epochs")->check(range_of("train.epochs"));
  add_set_option(c, o->assignments);
  auto *folds = c->add_option("--folds", o->folds, "k-fold cross-validation: score every recording once")
                    ->check(CLI::Range(2, 1000));
  c->add_flag("--leave-one-group-out", o->leave_one_group_out,
              "cross-validation with one person (folder or group) held out at a time")
      ->excludes(folds);
  auto *from = c->add_option("--from", o->from,
                             "a run whose weights, preprocessing and classes it starts with; same layers")
                   ->excludes(folds)
                   ->excludes("--leave-one-group-out");
  c->add_option(
       "--seeds", o->seeds,
       "train from so many seeds, from --seed or that of mote.toml on, side by side: mean, range and "
       "which run to keep, by validation")
      ->check(CLI::Range(2, 1000))
      ->excludes(folds)
      ->excludes("--leave-one-group-out")
      ->excludes(from);
  c->add_flag("--resume", o->resume,
              "go on with a series of seeds, or else the newest training, that did not finish; the result is "
              "as if it had not stopped; --epochs may raise the number of a training")
      ->excludes("--seeds")
      ->excludes("--seed")
      ->excludes("--set")
      ->excludes(from)
      ->excludes("--folds")
      ->excludes("--leave-one-group-out");
  c->add_flag("--profile", o->profile, "say where the time went, by op and layer");
  c->add_flag("--quiet", o->quiet, "no progress");
  describe(c, *o, "mote train my_project --seed 3");
  c->callback([o] { run_train(*o); });
}

}  // namespace mote::cli
