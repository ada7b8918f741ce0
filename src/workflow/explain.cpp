// explain() on the recordings of a run, with its record and drawing written into the run and signed with
// what they are of.
//
// The measuring is quant/explain.cpp.
#include "mote/report.h"
#include "mote/workflow.h"
#include "runs/json_file.h"
#include "workflow/support.h"

namespace mote {

using nlohmann::json;

ExplainedRun explain_run(const Run &run, bool has_remedies, const JudgedOn &on) {
  const IntegerProgram &program = run.integer_model();
  const Project &project = run.project();
  ExplainOptions options{project.quantize, &project.train, has_remedies};
  if (run.has(run_file::kQuantize))
    options.settings =
        run.reading(run_file::kQuantize, [](const json &j) { return settings_from(j.at("settings")); });
  const RunData data = load_run_data(run, on);
  ExplainedRun result;
  result.explanation = explain(run.model(), program, data.splits, options);
  result.notes = data.notes;
  const Picture picture =
      signed_picture(draw_explanation(result.explanation), run.digest(run_file::kIntegerModel), data.digest);
  json &record = result.record = explanation_json(result.explanation);
  record["model"] = run.digest(run_file::kModel);
  record["int8_model"] = run.digest(run_file::kIntegerModel);
  record["data"] = data.digest;
  if (!on.is_own()) record["resplit"] = true;
  run.write(run_file::kExplain, json_text(record));
  run.write(run_file::kExplainPng, picture.png);
  run.write(run_file::kExplainSvg, picture.svg);
  return result;
}

}  // namespace mote
