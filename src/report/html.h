// What a run's records say, as a page, as Markdown, as a notebook: all of the same document, of which every
// sentence and figure comes from a record. What the records lack, the document lacks; where a command would
// make the record, it says so.
//
// Who gathers the records: workflow/report.cpp. How a document is written down: document.h.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/document.h"
#include "report/model_picture.h"

namespace mote {

// From the records of a run, each of which may be absent (null); docs/formats.md says what is in them.
struct ReportInput {
  std::string title, run, created, seed;
  nlohmann::json data, summary, history, evaluations, program, exports;
  nlohmann::json record = {};  // run.json
  nlohmann::json front = {};   // of the model's preprocessing: window, channels, rate, blocks, decision
  nlohmann::json quantize = {}, explain = {}, compress = {}, robustness = {};
  nlohmann::json devices = {};  // a list of profiles on boards, as profile_json has them, each with `title`
  nlohmann::json folds = {};    // of a cross-validation: a list, as folds.json has it
  nlohmann::json steps = {};    // a list: each model from the first parent on, with its sizes and scores
  std::string history_svg, explain_svg, plan_svg, compress_svg, toml;
  std::vector<std::string> notes = {};                               // sentences: what is not shown and why
  std::vector<DocPicture> examples = {}, features = {}, wrong = {};  // of windows that the run keeps
  std::optional<PictureGraph> architecture = {};
  std::string where = {};  // the run as a command takes it
};

// Errors: kDataFormat naming the record that is not as mote writes it.
Document run_document(const ReportInput &input);
inline std::string html_report(const ReportInput &input) { return document_html(run_document(input)); }
// All records in one, as `mote report --format json` has them.
nlohmann::json report_json(const ReportInput &input);

}  // namespace mote
