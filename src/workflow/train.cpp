#include <fmt/format.h>

#include "base/error.h"
#include "export/mote_file.h"
#include "report/callbacks.h"
#include "report/plot.h"
#include "report/records.h"
#include "runs/json_file.h"
#include "runs/unfinished.h"
#include "workflow/support.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

// `begun`: a training to go on with.
static RunSummary run_training(const Project &project, const std::string &path,
                               const std::optional<Unfinished> &begun, const BeforeTraining &before) {
  RunSummary result;
  json record = run_record(project, "training"), data;
  Model model;
  {  // the recordings go before the training begins
    const Recordings recordings = load_recordings(project.data_path, project.load);
    result.splits = recordings.split(project.split);
    model = project.build_model(recordings);
    data = recordings_json(recordings, lint(recordings));
    for (const Finding &f : recordings.findings)
      data["findings"].push_back({{"severity", "note"}, {"where", f.where}, {"message", f.message}});
  }
  check_deployable(model);
  if (before) before(model, result.splits);
  const std::string state_path = unfinished_path(path);
  remove_leftovers(path), remove_leftovers(state_path);
  { StagedFolder probe(path); }  // an unwritable place is found before training, not after
  TrainOptions options = project.train;
  if (project.has_checkpoints)
    options.callbacks.push_back(checkpoint((fs::path(project.folder) / "checkpoints").string()));
  const uint32_t digest = digest_of(result.splits);
  if (begun) {
    if (begun->digest != digest)
      throw Error(ErrorCode::kDataFormat, project.data_path, "has changed since the training began",
                  fmt::format("restore the recordings, or remove {} and train anew", state_path));
    options.resume = std::make_shared<TrainingState>(begun->state);
  }
  options.save = [&](const TrainingState &state) {
    try {
      save_unfinished(state_path, {project.toml, project.assignments, project.train.seed, project.split.seed,
                                   project.train.epochs, digest, state});
    } catch (const Error &e) {
      throw Error(e.code(), e.where(), e.message(),
                  fs::exists(state_path)
                      ? "what was saved before is whole: make room and `mote train --resume`"
                      : e.hint());
    }
  };
  result.trained = train(model, result.splits, options);
  StagedFolder staged(path);
  data["split"] = {{"train", result.splits.train.size()},
                   {"val", result.splits.val.size()},
                   {"test", result.splits.test.size()}};
  staged.write("mote.toml", project.toml);
  staged.write("run.json", json_text(record));
  staged.write("data.json", json_text(data));
  staged.write("summary.json", json_text(summary_json(summarize(result.trained.model))));
  staged.write("history.json", json_text(history_json(result.trained)));
  staged.write("history.csv", history_csv(result.trained.history));
  const Picture curves = draw_history(result.trained.history, result.trained.best_epoch);
  staged.write("history.png", curves.png);
  staged.write("history.svg", curves.svg);
  staged.write("model.mote", format_mote(result.trained.model));
  if (result.splits.test.size() > 0) {
    result.test = evaluate(result.trained.model, result.splits.test);
    add_evaluation(staged, result.test);
  }
  staged.commit();
  std::error_code ignored;
  fs::remove(state_path, ignored);
  result.folder = find_run(path);
  return result;
}

RunSummary train_run(const Project &project, const BeforeTraining &before) {
  return run_training(project, new_run_path(project), std::nullopt, before);
}

RunSummary resume_run(const Project &given) {
  const std::optional<std::string> path = newest_unfinished(given.folder);
  if (!path)
    throw Error(ErrorCode::kNotFound, (fs::path(given.folder) / "runs").string(),
                "there is no unfinished training", "`mote train` without --resume begins one");
  const std::optional<Unfinished> begun = load_unfinished(unfinished_path(*path));
  if (begun->toml != given.toml)
    throw Error(ErrorCode::kDataFormat, (fs::path(given.folder) / "mote.toml").string(),
                "has changed since the training began",
                fmt::format("restore it, or remove {} and train anew", unfinished_path(*path)));
  Project project = parse_project(begun->toml, (fs::path(given.folder) / "mote.toml").string(), given.folder,
                                  begun->assignments);
  project.train.callbacks = given.train.callbacks, project.train.has_profile = given.train.has_profile;
  project.train.threads = given.train.threads;  // the result does not depend on it
  project.train.seed = begun->seed, project.split.seed = begun->split_seed;
  project.train.epochs = begun->epochs;
  return run_training(project, *path, begun, nullptr);
}

}  // namespace mote
