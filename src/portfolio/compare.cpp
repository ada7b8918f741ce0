// What differs between runs: settings by name, recordings by digest, versions; and what it brought: figures
// beside each other, and the windows that one model answers rightly and the other does not.
//
// Figures come from the records (facts.h). The windows are the runs' own test windows, scored anew; they
// count as the same only where their values and classes are equal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/terminal_lines.h"
#include "mote/portfolio.h"
#include "portfolio/compare_text.h"
#include "portfolio/data_difference.h"
#include "portfolio/facts.h"
#include "portfolio/paired_test.h"
#include "portfolio/run_windows.h"
#include "portfolio/table.h"
#include "report/runs_picture.h"

namespace mote {

using nlohmann::json;

namespace {

constexpr double kLevel = 0.05;

// A row for each name whose values are not equal in all runs.
struct Row {
  std::string name;
  std::vector<json> values;  // null: the run has none
};

json value_in(const Facts &facts, const std::string &name) {
  const auto found = facts.find(name);
  return found == facts.end() ? json() : found->second;
}

std::vector<Row> differing(const std::vector<Facts> &all) {
  std::set<std::string> names;
  for (const Facts &facts : all)
    for (const auto &[name, value] : facts) names.insert(name);
  std::vector<Row> rows;
  for (const std::string &name : names) {
    Row row{name, {}};
    for (const Facts &facts : all) row.values.push_back(value_in(facts, name));
    if (std::adjacent_find(row.values.begin(), row.values.end(), std::not_equal_to<>()) != row.values.end())
      rows.push_back(std::move(row));
  }
  return rows;
}

// Settings that were in force, and how the int8 model was made.
Facts settings_of_run(const Run &run) {
  const json &record = run.json(run_file::kRecord);
  Facts facts;
  if (record.contains("settings")) facts = flattened(record.at("settings"));
  const json &quantized = run.json(run_file::kQuantize);
  if (!quantized.is_object() || !quantized.contains("settings")) return facts;
  if (quantized.contains("method")) facts["quantized.method"] = quantized.at("method");
  if (quantized.contains("calibrate_on")) facts["quantized.calibrate_on"] = quantized.at("calibrate_on");
  for (const auto &[name, value] : flattened(quantized.at("settings"))) facts["quantized." + name] = value;
  return facts;
}

Facts versions_of_run(const Run &run) {
  const json &record = run.json(run_file::kRecord);
  Facts facts;
  for (const char *key : {"mote", "compiler", "tier", "kind", "parent"})
    if (record.contains(key) && record.at(key).is_string()) facts[key] = record.at(key);
  return facts;
}

// --- figures

const std::vector<std::string> &figures() {
  static const std::vector<std::string> kNames = {"val.accuracy",
                                                  "val.loss",
                                                  "val.mae",
                                                  "val.int8",
                                                  "val.int8_mae",
                                                  "float.accuracy",
                                                  "float.f1",
                                                  "float.mae",
                                                  "float.mse",
                                                  "float.auc",
                                                  "float.found",
                                                  "float.false_per_minute",
                                                  "int8.accuracy",
                                                  "int8.f1",
                                                  "int8.mae",
                                                  "int8.mse",
                                                  "int8.auc",
                                                  "int8.found",
                                                  "int8.false_per_minute",
                                                  "flash",
                                                  "ram",
                                                  "instructions",
                                                  "ms",
                                                  "target",
                                                  "known_by",
                                                  "weights",
                                                  "parameters",
                                                  "macs",
                                                  "seconds"};
  return kNames;
}

std::string figure_text(const Facts &facts, const FactDef &fact) {
  const json value = value_in(facts, fact.name);
  std::string text = shown_fact(fact.kind, value);
  for (const char *precision : {"float", "int8"}) {
    const std::string p = precision;
    if (fact.name != p + ".accuracy") continue;
    const json low = value_in(facts, p + ".low"), high = value_in(facts, p + ".high");
    if (!low.is_null() && !high.is_null())
      text += fmt::format(" ({:.1f}-{:.1f})", 100 * low.get<double>(), 100 * high.get<double>());
  }
  return text;
}

std::string change_text(const FactDef &fact, const json &a, const json &b) {
  if (!a.is_number() || !b.is_number()) return "";
  const double change = b.get<double>() - a.get<double>();
  if (fact.kind == FactKind::kShare) return fmt::format("{:+.1f} points", 100 * change);
  if (a.get<double>() == 0) return "";
  const double ratio = b.get<double>() / a.get<double>();
  if (ratio >= 10) return fmt::format("{:.3g} times", ratio);
  return fmt::format("{:+.1f} %", 100 * change / std::fabs(a.get<double>()));
}

std::string figures_table(const std::vector<Facts> &all, json &record) {
  std::vector<std::vector<std::string>> rows = {{"figure"}};
  for (size_t i = 0; i < all.size(); ++i) rows[0].push_back(mark_of(i));
  if (all.size() == 2) rows[0].push_back("B - A");
  for (const std::string &name : figures()) {
    const FactDef fact = *find_fact(name);
    std::vector<std::string> row = {name};
    bool has_any = false;
    for (size_t i = 0; i < all.size(); ++i) {
      const json value = value_in(all[i], name);
      has_any = has_any || !value.is_null();
      record[i][name] = value;
      row.push_back(figure_text(all[i], fact));
      for (const std::string end : {"low", "high"})
        if (const std::string of = name.substr(0, name.find('.')) + "." + end;
            name == "float.accuracy" || name == "int8.accuracy")
          record[i][of] = value_in(all[i], of);
    }
    if (!has_any) continue;
    if (all.size() == 2) row.push_back(change_text(fact, value_in(all[0], name), value_in(all[1], name)));
    rows.push_back(std::move(row));
  }
  return table_text(rows);
}

// --- tests

std::string test_text(const PairedComparison &t, size_t shown) {
  const std::string a = mark_of(t.a), b = mark_of(t.b);
  std::string text = test_sentences(t);
  if (t.flipped.empty() || t.is_regression) return text;
  std::vector<std::vector<std::string>> rows = {{"window", "is", a, b}};
  for (size_t i = 0; i < std::min(shown, t.flipped.size()); ++i) {
    const FlippedWindow &f = t.flipped[i];
    rows.push_back({f.place, f.truth, f.a, f.b});
  }
  if (shown > 0) text += table_text(rows);
  if (shown > 0 && t.flipped.size() > shown)
    text += fmt::format("{} windows flipped; --windows {} or --json lists all.\n", t.flipped.size(),
                        t.flipped.size());
  return text;
}

json test_json(const PairedComparison &t) {
  json j = {{"a", mark_of(t.a)}, {"b", mark_of(t.b)}, {"precision", t.precision}};
  if (!t.why_not.empty()) {
    j["why_not"] = t.why_not;
    return j;
  }
  j["test"] = t.is_regression ? "sign" : "mcnemar";
  j["windows"] = t.windows;
  j["only_a"] = t.only_a;
  j["only_b"] = t.only_b;
  j["p"] = t.p;
  j["p_adjusted"] = t.p_adjusted;
  j["significant"] = t.is_significant;
  if (!t.is_regression) j["difference"] = difference_json(t.difference);
  j["flipped"] = json::array();
  for (const FlippedWindow &f : t.flipped)
    j["flipped"].push_back({{"window", f.place}, {"truth", f.truth}, {"a", f.a}, {"b", f.b}});
  return j;
}

// Each run against the first; p values of one precision are of one family.
std::vector<PairedComparison> tests_of(const std::vector<Run> &runs, std::vector<std::string> &notes) {
  std::vector<RunWindows> windows;
  for (size_t i = 0; i < runs.size(); ++i) windows.push_back(windows_of_run(runs[i], mark_of(i), notes));
  std::vector<PairedComparison> tests;
  for (const char *precision : {"float", "int8"}) {
    const std::string p = precision;
    std::vector<size_t> family;
    for (size_t b = 1; b < runs.size(); ++b) {
      const bool has_both = p == "float" || (windows[0].has_int8() && windows[b].has_int8());
      if (!has_both) continue;
      PairedComparison t = compare_windows(windows[0], windows[b], p);
      t.a = 0;
      t.b = b;
      if (!t.why_not.empty() && p == "int8") continue;  // said of float
      if (!t.why_not.empty()) t.precision = "";
      if (t.why_not.empty()) family.push_back(tests.size());
      tests.push_back(std::move(t));
    }
    std::vector<double> ps;
    for (const size_t i : family) ps.push_back(tests[i].p);
    const std::vector<double> adjusted = holm_adjusted(ps);
    for (size_t i = 0; i < family.size(); ++i) {
      tests[family[i]].p_adjusted = adjusted[i];
      tests[family[i]].is_significant = adjusted[i] < kLevel;
    }
  }
  return tests;
}

std::optional<Picture> picture_of(const std::vector<Facts> &all, const std::vector<std::string> &names) {
  const auto count = [&](const char *name) {
    return std::count_if(all.begin(), all.end(), [&](const Facts &f) { return f.count(name) > 0; });
  };
  const bool is_share = count("float.accuracy") > 0 || count("int8.accuracy") > 0;
  const auto most = static_cast<std::ptrdiff_t>(all.size());
  const std::string metric = is_share ? ".accuracy" : ".mae";
  const std::string precision = count(("int8" + metric).c_str()) == most ? "int8" : "float";
  const bool has_flash = count("flash") == most;
  const char *size = has_flash ? "flash" : "weights";
  std::vector<PlottedRun> plotted;
  for (size_t i = 0; i < all.size(); ++i) {
    const json value = value_in(all[i], precision + metric), bytes = value_in(all[i], size);
    if (value.is_null() || bytes.is_null()) continue;
    PlottedRun r{mark_of(i), names[i], bytes.get<double>(), value.get<double>(), 0, 0};
    if (const json low = value_in(all[i], precision + ".low"); is_share && !low.is_null()) {
      r.low = low.get<double>();
      r.high = value_in(all[i], precision + ".high").get<double>();
    }
    plotted.push_back(std::move(r));
  }
  if (plotted.size() < 2) return {};
  const bool has_intervals =
      std::any_of(plotted.begin(), plotted.end(), [](const PlottedRun &r) { return r.low < r.high; });
  return draw_runs(
      plotted, is_share,
      fmt::format("{} of the {} model on test windows{}", is_share ? "accuracy" : "mean absolute error",
                  precision, has_intervals ? ", with 95 % intervals (bars)" : ""),
      has_flash ? "bytes of flash (weights and code)" : "bytes of weights as int8");
}

// Settings, versions and recordings, into words and the record.
std::string differences_text(const std::vector<Run> &runs, json &record) {
  std::string text = "\nWhat differs\n";
  std::vector<Facts> settings, versions;
  for (const Run &run : runs) {
    settings.push_back(settings_of_run(run));
    versions.push_back(versions_of_run(run));
  }
  const auto add_rows = [&](const std::vector<Row> &rows, const char *key) {
    constexpr size_t kLongest = 24;
    record[key] = json::array();
    std::vector<std::vector<std::string>> lines;
    for (const Row &row : rows) {
      lines.push_back({row.name});
      for (const json &v : row.values) lines.back().push_back(difference_text(row.name, v, kLongest));
      record[key].push_back({{"name", row.name}, {"values", row.values}});
    }
    return lines;
  };
  std::vector<std::vector<std::string>> lines = {{"setting"}};
  for (size_t i = 0; i < runs.size(); ++i) lines[0].push_back(mark_of(i));
  const auto of_settings = add_rows(differing(settings), "settings");
  const auto of_versions = add_rows(differing(versions), "made");
  lines.insert(lines.end(), of_settings.begin(), of_settings.end());
  lines.insert(lines.end(), of_versions.begin(), of_versions.end());
  text += lines.size() > 1 ? table_text(lines) : "No setting, version or origin differs.\n";
  for (size_t b = 1; b < runs.size(); ++b) {
    json d = data_difference(runs[0], runs[b]);
    text += data_sentence(d, mark_of(0), mark_of(b)) + ".\n";
    d["a"] = mark_of(0);
    d["b"] = mark_of(b);
    record["data"].push_back(std::move(d));
  }
  return text;
}

}  // namespace

std::string mark_of(size_t run) { return std::string(1, static_cast<char>('A' + run)); }

std::string test_sentences(const PairedComparison &t) {
  const std::string a = mark_of(t.a), b = mark_of(t.b);
  if (!t.why_not.empty())
    return fmt::format("No test of {} and {}{}: {}.\n", a, b, t.precision.empty() ? "" : ", " + t.precision,
                       t.why_not);
  std::string text = fmt::format(
      "Test on the same {} windows, {}: {} on {} of them, {} on {}; {} p = {:.3g}{}: {}.\n", t.windows,
      t.precision, a + (t.is_regression ? " alone is closer" : " alone is right"), t.only_a, b + " alone",
      t.only_b, t.is_regression ? "sign test" : "exact McNemar test", t.p,
      t.p_adjusted != t.p ? fmt::format(" ({:.3g} for as many comparisons, Holm)", t.p_adjusted) : "",
      t.is_significant ? "significant at 5 %" : "not significant at 5 %");
  if (!t.is_regression && t.difference.method != IntervalMethod::kNone)
    text += fmt::format("{} - {}: {}.\n", b, a, t.difference.text());
  return text;
}

std::string difference_text(const std::string &name, const json &value, size_t longest) {
  const auto fact = find_fact(name);
  const FactKind kind = fact ? fact->kind : value.is_number() ? FactKind::kNumber : FactKind::kText;
  return shortened(shown_fact(kind, value), longest);
}

ComparedRuns compare_runs(const std::vector<RunFolder> &folders, size_t shown) {
  constexpr size_t kMost = 26;
  if (folders.size() < 2 || folders.size() > kMost)
    throw Error(ErrorCode::kInvalidArgument, "compare",
                folders.size() < 2 ? "needs two runs at least" : "takes at most 26 runs");
  ComparedRuns result;
  result.runs = folders;
  std::vector<Run> runs;
  std::vector<Facts> facts;
  std::vector<std::string> names, notes;
  std::set<std::string> met;
  for (const RunFolder &folder : folders) {
    if (!met.insert(fs::weakly_canonical(folder.path).string()).second)
      throw Error(ErrorCode::kInvalidArgument, folder.path, "is given twice", "compare it with another run");
    runs.emplace_back(folder);
    facts.push_back(facts_of(folder));
    names.push_back(facts.back().at("run").get<std::string>());
    if (const json problem = value_in(facts.back(), "problem"); !problem.is_null())
      notes.push_back(problem.get<std::string>());
  }
  json &record = result.record;
  for (size_t i = 0; i < runs.size(); ++i) {
    record["runs"].push_back({{"mark", mark_of(i)}, {"run", names[i]}, {"path", runs[i].path()}});
    const json created = value_in(facts[i], "created"), tags = value_in(facts[i], "tags");
    result.text += fmt::format("{}: {}{}{}\n", mark_of(i), names[i],
                               created.is_null() ? "" : ", " + created.get<std::string>(),
                               tags.is_null() ? "" : ", tagged " + tags.get<std::string>());
  }
  result.text += differences_text(runs, record);
  record["figures"] = json::array();
  result.text += "\nWhat it brought\n" + figures_table(facts, record["figures"]) + "\n";
  result.tests = tests_of(runs, notes);
  record["tests"] = json::array();
  bool is_over_groups = false;
  for (const PairedComparison &t : result.tests) {
    // what a device would do is listed; of float where there is no int8
    const bool has_int8 =
        std::any_of(result.tests.begin(), result.tests.end(),
                    [&](const PairedComparison &u) { return u.b == t.b && u.precision == "int8"; });
    result.text += test_text(t, t.precision == "float" && has_int8 ? 0 : shown);
    record["tests"].push_back(test_json(t));
    is_over_groups = is_over_groups || (t.difference.method != IntervalMethod::kNone &&
                                        t.difference.method != IntervalMethod::kWilson);
  }
  if (is_over_groups)
    result.text +=
        "Windows of a group are alike, which the tests do not know; the intervals over groups do.\n";
  record["notes"] = notes;
  for (const std::string &note : notes) result.text += "note: " + note + ".\n";
  result.picture = picture_of(facts, names);
  return result;
}

}  // namespace mote
