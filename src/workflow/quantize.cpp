// The int8 model of a run: calibrated or fine-tuned, written beside the float one with the settings it
// was made with and the confidences it has.
//
// What is of an older int8 model in the run is then stale, which readers see by its digest. The
// arithmetic: quant/.
#include <fmt/format.h>

#include <map>

#include "base/digest.h"
#include "base/error.h"
#include "mote/files.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "quant/qat.h"
#include "quant/quantize.h"
#include "runs/json_file.h"
#include "workflow/decide.h"
#include "workflow/train_detector.h"

namespace mote {

using nlohmann::json;

static const Dataset &part_of(const Splits &splits, const std::string &part) {
  return part == "val" ? splits.val : part == "test" ? splits.test : splits.train;
}

// Settings of the run and how they differ from mote.toml, so that the same model can be made again.
static json settings_record(const QuantizeRequest &request, const TrainOptions &training) {
  json settings = settings_json(request.settings);
  settings["by_row"] = request.by_row;
  if (request.is_aware) {
    TrainOptions tuned = tuning_options(request.tune, training);
    settings["qat"] = {{"epochs", tuned.epochs}, {"learning_rate", learning_rate_of(tuned.optimizer)}};
    if (request.teaching) {
      settings["qat"]["distill"] = request.teaching->weight;
      settings["qat"]["temperature"] = request.teaching->temperature;
    }
  }
  return settings;
}

// Of validation windows: how many there are, and [probability, count] of the right answers. From these an
// export chooses the threshold of push().
static json confidence_record(const IntegerProgram &program, const Dataset &val) {
  std::map<int, size_t> counts;
  for (const int probability : right_answers(program, val)) ++counts[probability];
  return {{"windows", val.size()},
          {"right", std::vector<std::pair<int, size_t>>(counts.begin(), counts.end())}};
}

// Every int8 model of these weights, in the order in which they were made, with its validation accuracy: what
// calibration alone gives beside quantization-aware training.
static json tried_record(const Run &run, const json &record, const IntegerProgram &program,
                         const Dataset &val) {
  constexpr size_t kMost = 20;
  json tried = json::array();
  run.reading(run_file::kQuantize, [&](const json &before) {
    if (!before.is_object() || before.value("model", "") != record.at("model") ||
        before.value("data", "") != record.at("data"))
      return;
    for (const json &t : before.value("tried", json::array()))
      if (t.value("int8_model", "") != record.at("int8_model") && tried.size() + 1 < kMost)
        tried.push_back(t);
  });
  const json sizes = program_json(program);
  json made = {{"method", record.at("method")},
               {"calibration", record.at("settings").at("calibration")},
               {"int8_model", record.at("int8_model")},
               {"weight_bytes", sizes.at("weight_bytes")},
               {"buffer_bytes", sizes.at("buffer_bytes")}};
  if (val.size() > 0 && !program.labels.empty() && program.states.empty() && program.front_end.is_set())
    made["val_accuracy"] = evaluate(program, val).accuracy;
  tried.push_back(std::move(made));
  return tried;
}

QuantizedRun quantize_run(const Run &run, const QuantizeRequest &request) {
  if (is_detector(run.model()) && (request.is_aware || request.by_row))
    throw Error(ErrorCode::kUnsupported, request.is_aware ? "--method qat" : "--by-row",
                "is not for a detector of anomalies", "`mote quantize` without it calibrates the detector");
  RunData data = load_run_data(run, request.on);
  Splits &splits = data.splits;
  const Dataset &examples = part_of(splits, request.calibrate_on);
  if (examples.size() == 0)
    throw Error(ErrorCode::kDataFormat, "quantize",
                fmt::format("the run has no {} windows", request.calibrate_on));
  const Project &project = run.project();
  const QuantizeOptions options{examples, request.settings, request.by_row};
  QuantizedRun result;
  result.notes = data.notes;
  const Model &model = run.model();
  result.findings =
      judge_representative(calibration_set(model, options), request.calibrate_on, is_detector(model));
  if (!request.settings.drops_outliers)
    if (const size_t far = examples.size() - usual_examples(examples, model.preprocessing).size(); far > 0)
      result.findings.push_back(
          fmt::format("{} of {} windows to calibrate on reach more than four times as far as the others; see "
                      "`mote explain`, or leave them out with --drop-outliers",
                      far, examples.size()));
  for (std::string &finding : judge_normalizations(model, options))
    result.findings.push_back(std::move(finding));
  json record = {{"method", request.is_aware ? "qat" : "ptq"},
                 {"settings", settings_record(request, project.train)},
                 {"seed", project.train.seed},
                 {"calibrate_on", request.calibrate_on},
                 {"findings", result.findings},
                 {"model", run.digest(run_file::kModel)},
                 {"data", data.digest}};
  if (!request.on.is_own()) record["resplit"] = true;
  if (request.is_aware) {
    TrainOptions training = project.train;
    training.callbacks = request.callbacks;
    training.on_step = request.on_step;
    add_stream_windows(splits, data.recordings, model.preprocessing.decision, project.train.seed);
    TunedModel tuned = quantize_aware(model, splits, options, request.tune, training, request.teaching);
    result.program = std::move(tuned.program);
    record["history"] = history_json(tuned.run);
    result.history = std::move(tuned.run.history);
    result.has_validation = splits.val.size() > 0;
  } else {
    result.program = quantize(model, options);
  }
  if (is_detector(result.program)) {
    const ChosenThreshold chosen = take_threshold(result.program, splits, project.detector.false_alarms);
    result.threshold = chosen.text;
    record["detector"] = {{"threshold", chosen.threshold}, {"text", chosen.text}};
    if (!chosen.finding.empty()) {
      record["detector"]["finding"] = chosen.finding;
      record["findings"].push_back(chosen.finding);
      result.findings.push_back(chosen.finding);
    }
  }
  if (const DecisionRule &windows = model.preprocessing.decision; windows.is_set() && !request.by_row)
    result.program.front_end.decision =
        tuned_rule(result.program, project, windows, tuning_stream(data.recordings, splits.parts, windows));
  for (std::string &finding : judge_values(model, result.program)) {
    record["findings"].push_back(finding);
    result.findings.push_back(std::move(finding));
  }
  const std::string bytes = format_mote(result.program);
  record["int8_model"] = sha256(bytes);
  record["tried"] = tried_record(run, record, result.program, splits.val);
  record["confidence"] = confidence_record(result.program, splits.val);
  run.write(run_file::kIntegerModel, bytes);
  run.write(run_file::kQuantize, json_text(record));
  return result;
}

}  // namespace mote
