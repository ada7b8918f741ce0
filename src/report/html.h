// The report of a run: one self-contained HTML page, readable in light and dark, without scripts or network.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace mote {

// From the records of a run: name, created, data, summary, history, evaluations, program, exports (each may
// be absent).
struct ReportInput {
  std::string title, run, created, seed;
  nlohmann::json data, summary, history, evaluations, program, exports;
  std::string history_svg, confusion_svg, toml;
  std::vector<std::string> notes = {};  // sentences: what is not shown and why
};
std::string html_report(const ReportInput &input);

}  // namespace mote
