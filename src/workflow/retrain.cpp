// What train_run(), compress_run() and quantize_run() do, with requests that are read from records instead of
// a command line. What came out is compared in portfolio/reproduce.cpp.
#include "workflow/retrain.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/staged_folder.h"
#include "mote/report.h"
#include "mote/settings.h"
#include "runs/claim.h"
#include "workflow/made_run.h"

namespace mote {

using nlohmann::json;

namespace {

RunSummary train_again(const Run &run, const RetrainRequest &request) {
  Project project = run.project();
  project.train.callbacks = request.callbacks;
  project.train.on_step = request.on_step;
  project.train.threads = 0;  // the result does not depend on it
  project.has_checkpoints = false;
  PreparedRun p = [&] {  // the recordings go before the training begins
    RunData data = load_own_data(run);
    return prepared_training(project, data.recordings, std::move(data.splits),
                             request.parent ? &*request.parent : nullptr);
  }();
  for (const char *same : {"recordings", "data", "data_digest", "class_labels", "parent"})
    if (const json &record = run.json(run_file::kRecord); record.contains(same))
      p.record[same] = record[same];
  if (request.before) request.before(p.options);
  const std::optional<RunClaim> claim = RunClaim::of(request.into);
  if (!claim) throw Error(ErrorCode::kIo, request.into, "is being made by another process", "try again");
  { StagedFolder probe(claim->path()); }  // an unwritable place is found before training, not after
  return finish_run(p, project, *claim);
}

// compress.json has of a search what was asked for; what is done to the weights stands among the settings.
RunSummary compress_again(const Run &run, const RetrainRequest &request) {
  const Project project = run.reading(run_file::kRecord, [&](const json &record) {
    return project_from_settings(record.at("settings"), run.file(run_file::kRecord).string(),
                                 run.folder().project);
  });
  CompressRequest again{project.compress};
  for (const std::string &teacher : project.teachers) {
    if (teacher == "parent")
      again.is_own_teacher = true;
    else
      again.teachers.emplace_back(find_run(teacher, run.folder().project));
  }
  run.reading(run_file::kCompress, [&](const json &record) {
    const json &settings = record.at("settings");
    if (!settings.contains("flash")) return;
    again.flash_bytes = settings.at("flash").get<size_t>();
    again.drop = settings.at("drop").get<double>();
    again.board = settings.value("board", "");
  });
  again.callbacks = request.callbacks;
  again.on_step = request.on_step;
  again.into = request.into;
  if (request.before)
    again.before = [&](const Splits &, const TrainOptions &options) { request.before(options); };
  return compress_run(*request.parent, again).made;
}

}  // namespace

RunSummary retrain(const Run &run, const RetrainRequest &request) {
  const std::string kind = run.json(run_file::kRecord).value("kind", "training");
  if (kind == "training") return train_again(run, request);
  if (kind == "compression" && request.parent) return compress_again(run, request);
  throw Error(ErrorCode::kUnsupported, run.path(), fmt::format("is a {}, which keeps no model", kind),
              "`mote train --folds N` makes its figures again");
}

bool requantize(const Run &run, const Run &made, const StepCallback &on_step) {
  const json &record = run.json(run_file::kQuantize);
  const bool is_known = record.is_object() && !record.contains("resplit") &&
                        record.value("int8_model", "") == run.digest(run_file::kIntegerModel) &&
                        record.value("model", "") == run.digest(run_file::kModel) &&
                        record.value("data", "") == run.data_digest();
  if (!is_known) return false;
  QuantizeRequest request;
  run.reading(run_file::kQuantize, [&](const json &j) {
    const json &settings = j.at("settings");
    request.settings = settings_from(settings);
    request.calibrate_on = j.at("calibrate_on").get<std::string>();
    request.by_row = settings.at("by_row").get<bool>();
    request.is_aware = j.at("method") == "qat";
    if (!request.is_aware) return;
    request.tune = run.project().tune;
    const json &tuned = settings.at("qat");
    request.tune.epochs = tuned.at("epochs").get<int>();
    request.tune.learning_rate = tuned.at("learning_rate").get<float>();
    if (tuned.contains("distill"))
      request.teaching = Teaching{.temperature = tuned.value("temperature", Teaching{}.temperature),
                                  .weight = tuned.at("distill").get<double>()};
  });
  request.on_step = on_step;
  quantize_run(made, request);
  return true;
}

}  // namespace mote
