// All runs of a project on one page: a table that a reader may sort, from which each run's report is opened.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "base/escape.h"
#include "base/files.h"
#include "base/text.h"
#include "mote/portfolio.h"
#include "portfolio/facts.h"
#include "portfolio/index.h"
#include "report/document.h"

namespace mote {

using nlohmann::json;

namespace {

// Columns, those of them that any run has, and what they are called.
struct PageColumn {
  const char *fact, *head;
};
const std::vector<PageColumn> &wanted_columns() {
  static const std::vector<PageColumn> kColumns = {{"created", "made"},
                                                   {"kind", "kind"},
                                                   {"val.accuracy", "validation, % right"},
                                                   {"val.mae", "validation, mean absolute error"},
                                                   {"float.accuracy", "float, % right"},
                                                   {"float.mae", "float, mean absolute error"},
                                                   {"float.auc", "float, AUC, %"},
                                                   {"int8.accuracy", "int8, % right"},
                                                   {"int8.mae", "int8, mean absolute error"},
                                                   {"int8.auc", "int8, AUC, %"},
                                                   {"parameters", "parameters"},
                                                   {"flash", "flash, bytes"},
                                                   {"ram", "RAM without stack, bytes"},
                                                   {"parent", "made of"},
                                                   {"tags", "tags"},
                                                   {"note", "last note"}};
  return kColumns;
}

bool is_number(const FactDef &fact) {
  return fact.kind == FactKind::kShare || fact.kind == FactKind::kNumber || fact.kind == FactKind::kCount ||
         fact.kind == FactKind::kBytes || fact.kind == FactKind::kSeconds;
}

std::string cell(const FactDef &fact, const json &value) {
  if (value.is_null()) return "";
  if (fact.kind == FactKind::kShare) return fmt::format("{:.1f}", 100 * value.get<double>());
  if (fact.kind == FactKind::kBytes || fact.kind == FactKind::kCount)
    return with_commas(static_cast<long long>(value.get<double>()));
  if (std::string(fact.name) == "parent") return fs::path(value.get<std::string>()).filename().string();
  return shown_fact(fact.kind, value);
}

// A path as a link has it: bytes that mean something there, or are none of ASCII, by their numbers.
std::string link_to(const fs::path &path) {
  std::string link;
  for (const char c : path.generic_string()) {
    const bool is_plain =
        std::isalnum(byte_of(c)) != 0 || c == '-' || c == '_' || c == '.' || c == '/' || c == '~';
    if (byte_of(c) < 0x80 && is_plain)
      link += c;
    else
      link += fmt::format("%{:02X}", byte_of(c));
  }
  return link;
}

json value_of(const ListedRun &run, const std::string &name) {
  const auto found = run.facts.find(name);
  return found == run.facts.end() ? json() : found->second;
}

// The report beside the page where both lie in one tree; else there is no link.
std::string report_of(const ListedRun &run, const fs::path &page) {
  std::error_code code;
  const fs::path report = fs::path(run.path) / "report.html";
  if (!fs::exists(report, code)) return "";
  const fs::path from = fs::absolute(page, code).lexically_normal().parent_path();
  const fs::path relative = fs::absolute(report, code).lexically_normal().lexically_relative(from);
  return relative.empty() || relative.is_absolute() ? "" : link_to(relative);
}

DocTable table_of(const ListedRuns &listed, const fs::path &page) {
  DocTable table;
  table.head = {"run"};
  std::vector<FactDef> facts;
  for (const PageColumn &column : wanted_columns()) {
    const auto has = [&](const ListedRun &run) { return !value_of(run, column.fact).is_null(); };
    if (std::none_of(listed.runs.begin(), listed.runs.end(), has)) continue;
    facts.push_back(*find_fact(column.fact));
    const size_t c = table.head.size();
    table.head.push_back(column.head);
    if (is_number(facts.back()))
      table.sorted_by_number.push_back(c);
    else if (facts.back().name == "note")
      table.words.push_back(c);
    else
      table.names.push_back(c);
  }
  for (const ListedRun &run : listed.runs) {
    table.rows.push_back({run.name});
    table.links.push_back(report_of(run, page));
    table.sort_keys.push_back({0});
    for (const FactDef &fact : facts) {
      const json value = value_of(run, fact.name);
      table.rows.back().push_back(cell(fact, value));
      table.sort_keys.back().push_back(value.is_number() ? value.get<double>()
                                                         : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return table;
}

// The run that the project would keep if it kept one: by validation, which no test figure has a part in.
const ListedRun *best_of(const ListedRuns &listed, std::string &figure) {
  const ListedRun *best = nullptr;
  for (const ListedRun &run : listed.runs) {
    const json v = value_of(run, "val.accuracy");
    if (v.is_number() && (best == nullptr || v > value_of(*best, "val.accuracy"))) best = &run;
  }
  if (best != nullptr) figure = fmt::format("{:.1f} %", 100 * value_of(*best, "val.accuracy").get<double>());
  return best;
}

Document portfolio_document(const std::string &project, const ListedRuns &listed, const fs::path &page) {
  Document d;
  const fs::path folder = fs::absolute(project).lexically_normal();
  const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
  d.title = fmt::format("Runs of {}", name);
  d.origin = "the records of these runs";
  d.subtitle =
      fmt::format("{} run{}, the newest first", with_commas(static_cast<long long>(listed.runs.size())),
                  listed.runs.size() == 1 ? "" : "s");
  for (const std::string &note : listed.notes) d.begin.push_back(DocWarning{note + "."});
  DocSection runs{"runs", "Runs",
                  "A name leads to the run's report, where there is one (mote report RUN). Figures are of "
                  "the models that are in "
                  "the run now; bytes are those of the int8 model with its code."};
  std::string figure;
  if (const ListedRun *best = best_of(listed, figure))
    runs.blocks.push_back(DocCards{{{figure, "of the validation windows right at best: " + best->name}}});
  if (listed.runs.empty())
    runs.blocks.push_back(DocText{"There is no finished run yet; `mote train` makes one."});
  else
    runs.blocks.push_back(table_of(listed, page));
  d.sections = {std::move(runs)};
  return d;
}

}  // namespace

std::string write_portfolio(const std::string &given, const std::string &format, const std::string &output) {
  const std::string project = project_of_runs(given);
  RunsRequest request;
  for (const PageColumn &column : wanted_columns()) request.columns.push_back(column.fact);
  const ListedRuns listed = list_runs(given, request);
  const std::string file = !output.empty() ? output : (fs::path(project) / ("portfolio." + format)).string();
  const Document d = portfolio_document(project, listed, file);
  write_file(file, format == "md" ? document_markdown(d) : document_html(d));
  return file;
}

}  // namespace mote
