#include "report/html.h"
#include "report/records.h"
#include "runs/json_file.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

std::string write_report(const RunFolder &run) {
  const fs::path folder(run.path);
  ReportInput in;
  const json record = read_json(folder / "run.json");
  in.title = record.at("name"), in.created = record.at("created"),
  in.seed = std::to_string(record.at("seed").get<uint64_t>());
  in.run = fs::absolute(folder).lexically_normal().filename().string();
  in.data = read_json(folder / "data.json"), in.summary = read_json(folder / "summary.json"),
  in.history = read_json(folder / "history.json");
  in.evaluations = read_json(folder / "evaluation.json"), in.exports = read_json(folder / "exports.json");
  if (fs::exists(folder / "history.svg")) in.history_svg = read_file(folder / "history.svg");
  if (fs::exists(folder / "confusion.svg")) in.confusion_svg = read_file(folder / "confusion.svg");
  if (has_integer_model(run)) in.program = program_json(integer_model(run));
  in.toml = read_file(folder / "mote.toml");
  const fs::path page = folder / "report.html";
  write_file(page, html_report(in));
  return page.string();
}

}  // namespace mote
