// Runs beside each other as a document: what the comparison found (compare.cpp), in the order in which
// somebody who was not there asks.
#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/files.h"
#include "base/text.h"
#include "mote/portfolio.h"
#include "portfolio/compare_text.h"
#include "portfolio/data_difference.h"
#include "portfolio/facts.h"
#include "portfolio/marks.h"
#include "report/document.h"
#include "runs/json_file.h"
#include "workflow/run_step.h"

namespace mote {

using nlohmann::json;

namespace {

// What a table shows of each run, where any has it.
struct FigureRow {
  const char *fact, *head;
};
const std::vector<FigureRow> &shown_rows() {
  static const std::vector<FigureRow> kRows = {{"float.accuracy", "float, % right (95 % interval)"},
                                               {"float.mae", "float, mean absolute error"},
                                               {"float.auc", "float, AUC, %"},
                                               {"int8.accuracy", "int8, % right (95 % interval)"},
                                               {"int8.mae", "int8, mean absolute error"},
                                               {"int8.auc", "int8, AUC, %"},
                                               {"parameters", "parameters"},
                                               {"macs", "multiply-adds of a call"},
                                               {"weights", "weights as int8, bytes"},
                                               {"flash", "flash as stored, with code, bytes"},
                                               {"ram", "RAM without stack, bytes"},
                                               {"instructions", "instructions of a call"},
                                               {"ms", "time of a call, ms"},
                                               {"target", "board"},
                                               {"known_by", "how the last are known"}};
  return kRows;
}

std::string shown(const json &figures, const std::string &name) {
  const json value = figures.value(name, json());
  if (value.is_null()) return "-";
  const FactDef fact = *find_fact(name);
  if (fact.kind == FactKind::kShare) {
    std::string text = fmt::format("{:.1f}", 100 * value.get<double>());
    const std::string precision = name.substr(0, name.find('.'));
    const json low = figures.value(precision + ".low", json()),
               high = figures.value(precision + ".high", json());
    if (name == precision + ".accuracy" && low.is_number() && high.is_number())
      text += fmt::format(" ({:.1f} - {:.1f})", 100 * low.get<double>(), 100 * high.get<double>());
    return text;
  }
  if (fact.kind == FactKind::kBytes || fact.kind == FactKind::kCount)
    return with_commas(static_cast<long long>(value.get<double>()));
  return shown_fact(fact.kind, value);
}

// What was done, and how the int8 model was made of it.
std::string steps_of(const RunFolder &folder) {
  const Run run(folder);
  std::string text = step_name(run);
  const json &quantized = run.json(run_file::kQuantize);
  if (!quantized.is_object()) return text;
  const std::string method = quantized.value("method", "");
  if (method == "ptq") text += "; int8 by calibration";
  if (method == "qat") text += "; int8 by quantization-aware training";
  return text;
}

DocSection before_and_after(const ComparedRuns &c) {
  DocSection section{
      "figures", "Before and after",
      "The first run is what the others are compared with. Accuracies are of test windows; flash and RAM "
      "are those of the int8 model."};
  DocTable table;
  table.head = {"figure"};
  table.rows = {{"what was done"}};
  for (size_t i = 0; i < c.runs.size(); ++i) {
    table.head.push_back(mark_of(i));
    table.words.push_back(i + 1);
    table.rows[0].push_back(steps_of(c.runs[i]));
  }
  for (const FigureRow &row : shown_rows()) {
    const json &figures = c.record.at("figures");
    const auto has = [&](const json &f) { return !f.value(row.fact, json()).is_null(); };
    if (std::none_of(figures.begin(), figures.end(), has)) continue;
    table.rows.push_back({row.head});
    for (const json &f : figures) table.rows.back().push_back(shown(f, row.fact));
  }
  section.blocks.push_back(std::move(table));
  if (c.picture)
    section.blocks.push_back(DocPicture{.alt = "Size against accuracy of the runs",
                                        .caption = "What lies to the left and above is smaller and better.",
                                        .svg = c.picture->svg});
  else
    section.blocks.push_back(
        DocText{"No picture of size against accuracy: that takes two runs with an int8 model and "
                "figures of `mote evaluate`."});
  return section;
}

DocSection tests_section(const ComparedRuns &c) {
  constexpr size_t kMostFlipped = 20;
  DocSection section{"tests", "Could it be chance?",
                     "Each run against the first, on the windows that both were judged on."};
  for (const PairedComparison &t : c.tests) {
    std::string words = test_sentences(t);
    std::replace(words.begin(), words.end(), '\n', ' ');
    while (words.ends_with(" ")) words.pop_back();
    section.blocks.push_back(DocText{words});
    if (t.precision != "int8" || t.is_regression || t.flipped.empty()) continue;
    DocTable table;
    table.summary = t.flipped.size() > kMostFlipped
                        ? fmt::format("The first {} of {} windows that one alone answers rightly",
                                      kMostFlipped, t.flipped.size())
                        : fmt::format("{} window{} that one alone answers rightly", t.flipped.size(),
                                      t.flipped.size() == 1 ? "" : "s");
    table.head = {"window", "is", mark_of(t.a), mark_of(t.b)};
    table.names = {1, 2, 3};
    for (size_t i = 0; i < std::min(kMostFlipped, t.flipped.size()); ++i)
      table.rows.push_back({t.flipped[i].place, t.flipped[i].truth, t.flipped[i].a, t.flipped[i].b});
    section.blocks.push_back(std::move(table));
  }
  if (c.tests.empty()) section.blocks.push_back(DocText{"There is no test of these runs."});
  return section;
}

DocSection differences_section(const ComparedRuns &c) {
  constexpr size_t kLongest = 60;
  DocSection section{"differences", "What differs", "Settings that were in force, versions, and recordings."};
  DocTable table;
  table.head = {"setting"};
  for (size_t i = 0; i < c.runs.size(); ++i) {
    table.head.push_back(mark_of(i));
    table.words.push_back(i + 1);
  }
  for (const char *key : {"settings", "made"})
    for (const json &row : c.record.at(key)) {
      const std::string name = row.at("name");
      table.rows.push_back({name});
      for (const json &v : row.at("values")) table.rows.back().push_back(difference_text(name, v, kLongest));
    }
  if (table.rows.empty())
    section.blocks.push_back(DocText{"No setting, version or origin differs."});
  else
    section.blocks.push_back(std::move(table));
  for (const json &d : c.record.at("data"))
    section.blocks.push_back(DocText{data_sentence(d, d.at("a"), d.at("b")) + "."});
  return section;
}

DocSection runs_section(const ComparedRuns &c) {
  DocSection section{"runs", "The runs", "With what was noted of them."};
  std::string names;
  for (size_t i = 0; i < c.runs.size(); ++i) {
    const json &r = c.record.at("runs")[i];
    section.blocks.push_back(DocHeading{fmt::format("{}: {}", mark_of(i), r.at("run").get<std::string>())});
    if (const auto tags = tags_of(c.runs[i].path); !tags.empty())
      section.blocks.push_back(DocText{fmt::format("Tags: {}.", fmt::join(tags, ", "))});
    const std::vector<std::string> notes = notes_of(c.runs[i].path);
    for (const std::string &note : notes) section.blocks.push_back(DocText{note});
    if (notes.empty()) section.blocks.push_back(DocText{"No note; `mote note` adds one."});
    names += " " + shell_path(r.at("path").get<std::string>());
  }
  section.blocks.push_back(DocCode{"mote compare" + names + "\n", true});
  return section;
}

Document comparison_document(const ComparedRuns &c) {
  Document d;
  std::vector<std::string> names;
  for (const json &r : c.record.at("runs"))
    names.push_back(fmt::format("{}: {}", r.at("mark").get<std::string>(), r.at("run").get<std::string>()));
  d.title = fmt::format("{} runs beside each other", c.runs.size());
  d.subtitle = fmt::format("{}", fmt::join(names, ", "));
  d.origin = "the records of these runs, and their models' answers to their test windows";
  for (const json &note : c.record.at("notes")) d.begin.push_back(DocWarning{note.get<std::string>() + "."});
  d.sections = {before_and_after(c), tests_section(c), differences_section(c), runs_section(c)};
  return d;
}

}  // namespace

std::string write_comparison(const std::vector<RunFolder> &runs, const std::string &format,
                             const std::string &output) {
  const ComparedRuns compared = compare_runs(runs);
  const std::string bytes = format == "json" ? json_text(compared.record)
                            : format == "md" ? document_markdown(comparison_document(compared))
                                             : document_html(comparison_document(compared));
  const std::string file =
      !output.empty() ? output : (fs::path(runs[0].project) / ("comparison." + format)).string();
  write_file(file, bytes);
  return file;
}

}  // namespace mote
