// The page of a run from the records that are in it; those of an older model or of other recordings are
// left out and named.
//
// The page: report/html.cpp. Nothing is computed anew.
#include <fmt/format.h>

#include "base/files.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "report/html.h"
#include "runs/json_file.h"
#include "workflow/support.h"

namespace mote {

using nlohmann::json;

namespace {

// Whether a record is of a model of the run as it is now.
bool is_current(const Run &run, const json &record, const char *key) {
  const std::string digest = record.value(key, "");
  return !digest.empty() &&
         (digest == run.digest(run_file::kModel) || digest == run.digest(run_file::kIntegerModel));
}

// The evaluations that are of the models and the recordings of the run; what is left out is said.
json current_evaluations(const Run &run, std::vector<std::string> &notes) {
  return run.reading(run_file::kEvaluation, [&](const json &list) -> json {
    if (!list.is_array() || !run.has(run_file::kModel))
      return list;  // of a cross-validation no model is kept
    json shown = json::array();
    bool has_unsigned = false, has_stale = false;
    for (const json &e : list) {
      if (!e.contains("model"))
        has_unsigned = true;
      else if (is_current(run, e, "model") && e.value("data", "") == run.data_digest())
        shown.push_back(e);
      else
        has_stale = true;
    }
    if (has_stale)
      notes.push_back(
          "An evaluation of another model than the one that is here is not shown; `mote evaluate` makes a "
          "new one.");
    if (has_unsigned)
      notes.push_back(
          "An evaluation that does not say which model it is of (an older mote made it) is not shown; `mote "
          "evaluate` makes a new one.");
    return shown;
  });
}

void note_resplit(const Run &run, std::vector<std::string> &notes) {
  run.reading(run_file::kResplit, [&](const json &list) {
    if (!list.is_array()) return;
    for (const json &e : list)
      if (is_current(run, e, "model") && e.contains("accuracy"))
        notes.push_back(
            fmt::format("On a new split of what was in the data folder later, {}: {:.1f} % of {} windows. "
                        "The model may have "
                        "been trained on some of them.",
                        e.at("precision").get<std::string>(), 100 * e.at("accuracy").get<double>(),
                        e.at("examples").get<size_t>()));
  });
}

json current_exports(const Run &run, std::vector<std::string> &notes) {
  return run.reading(run_file::kExports, [&](const json &list) -> json {
    if (!list.is_array()) return list;
    json shown = json::array();
    for (const json &e : list)
      if (is_current(run, e, "int8_model")) shown.push_back(e);
    if (shown.size() < list.size())
      notes.push_back(fmt::format("{} of {} exports are of another int8 model and are not shown.",
                                  list.size() - shown.size(), list.size()));
    return shown;
  });
}

}  // namespace

std::string report_page(const Run &run) {
  ReportInput in;
  const json &record = run.json(run_file::kRecord);  // all optional in format 1
  in.title = record.value("name", "?");
  in.created = record.value("created", "?");
  in.seed = record.contains("seed") ? record.at("seed").dump() : "?";
  in.run = fs::absolute(run.path()).lexically_normal().filename().string();
  in.data = run.json(run_file::kData);
  in.summary = run.json(run_file::kSummary);
  in.history = run.json(run_file::kHistory);
  in.evaluations = current_evaluations(run, in.notes);
  in.exports = current_exports(run, in.notes);
  note_resplit(run, in.notes);
  if (run.has(run_file::kHistorySvg)) in.history_svg = run.text(run_file::kHistorySvg);
  if (run.has(run_file::kConfusionSvg) && in.evaluations.is_array() && !in.evaluations.empty()) {
    const std::string &svg = run.text(run_file::kConfusionSvg);
    if (!run.has(run_file::kModel) ||
        is_signed(svg, in.evaluations.back().value("model", ""), run.data_digest()))
      in.confusion_svg = svg;
  }
  if (run.has_integer_model()) in.program = program_json(run.integer_model());
  in.toml = run.text(run_file::kProject);
  return html_report(in);
}

std::string write_report(const Run &run) {
  run.write(run_file::kReport, report_page(run));
  return run.file(run_file::kReport).string();
}

}  // namespace mote
