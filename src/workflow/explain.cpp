#include <fmt/format.h>

#include "base/error.h"
#include "report/plot.h"
#include "report/records.h"
#include "runs/json_file.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

Explanation explain_run(const RunFolder &run, bool has_remedies) {
  const IntegerProgram program = integer_model(run);
  const Project project = project_of(run);
  const fs::path record = fs::path(run.path) / "quantize.json";
  ExplainOptions options{project.quantize, &project.train, has_remedies};
  try {
    if (fs::exists(record)) options.settings = settings_from(read_json(record).at("settings"));
  } catch (const json::exception &e) {
    throw Error(ErrorCode::kDataFormat, record.string(), fmt::format("is damaged ({})", e.what()),
                "run `mote quantize` anew");
  }
  const Explanation explanation = explain(float_model(run), program, splits_of(run), options);
  write_file(fs::path(run.path) / "explain.json", json_text(explanation_json(explanation)));
  const Picture picture = draw_explanation(explanation);
  write_file(fs::path(run.path) / "explain.png", picture.png);
  write_file(fs::path(run.path) / "explain.svg", picture.svg);
  return explanation;
}

}  // namespace mote
