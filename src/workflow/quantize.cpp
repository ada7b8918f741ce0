#include <fmt/format.h>

#include "base/error.h"
#include "export/mote_file.h"
#include "quant/qat.h"
#include "quant/quantize.h"
#include "report/records.h"
#include "runs/json_file.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

static const Dataset &part_of(const Splits &splits, const std::string &part) {
  return part == "val" ? splits.val : part == "test" ? splits.test : splits.train;
}

QuantizedRun quantize_run(const RunFolder &run, const QuantizeRequest &request) {
  const Splits splits = splits_of(run);
  const Dataset &examples = part_of(splits, request.calibrate_on);
  if (examples.size() == 0)
    throw Error(ErrorCode::kDataFormat, "quantize",
                fmt::format("the run has no {} windows", request.calibrate_on));
  const Project project = project_of(run);
  const QuantizeOptions options{examples, request.settings, request.by_row};
  QuantizedRun result;
  const Model model = float_model(run);
  result.findings = judge_representative(calibration_set(model, options), request.calibrate_on);
  if (!request.settings.drops_outliers)
    if (const size_t far = examples.size() - usual_examples(examples, model.preprocessing).size(); far > 0)
      result.findings.push_back(
          fmt::format("{} of {} windows to calibrate on reach more than four times as far as the others; see "
                      "`mote explain`, or leave them out with --drop-outliers",
                      far, examples.size()));
  json record = {{"method", request.is_aware ? "qat" : "ptq"},
                 {"settings", settings_json(request.settings)},
                 {"calibrate_on", request.calibrate_on},
                 {"findings", result.findings}};
  if (request.is_aware) {
    TrainOptions training = project.train;
    training.callbacks = request.callbacks;
    TunedModel tuned = quantize_aware(model, splits, options, request.tune, training);
    result.program = std::move(tuned.program);
    record["history"] = history_json(tuned.run);
    result.history = std::move(tuned.run.history);
    result.has_validation = splits.val.size() > 0;
  } else {
    result.program = quantize(model, options);
  }
  save(result.program, integer_path(run).string());
  write_file(fs::path(run.path) / "quantize.json", json_text(record));
  return result;
}

}  // namespace mote
