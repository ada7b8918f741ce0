// A cross-validation: what each fold's model gives on what it has not seen, how far folds lie apart, and
// where they are wrong.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "report/sections.h"

namespace mote {

using nlohmann::json;

namespace {

struct FoldShare {
  std::string name;
  double percent;
};

// Of folds that have windows.
std::vector<FoldShare> shares_of(const json &folds, const char *key) {
  std::vector<FoldShare> shares;
  for (const json &f : folds)
    if (const auto n = f.at("examples").get<double>(); n > 0)
      shares.push_back({f.at("name").get<std::string>(), 100 * f.at(key).get<double>() / n});
  return shares;
}

// The mean of the folds, each counted once; their deviation is that of a sample.
std::string spread_sentence(const char *precision, const std::vector<FoldShare> &shares) {
  double mean = 0, squares = 0;
  for (const FoldShare &s : shares) mean += s.percent / static_cast<double>(shares.size());
  for (const FoldShare &s : shares) squares += (s.percent - mean) * (s.percent - mean);
  const auto [low, high] =
      std::minmax_element(shares.begin(), shares.end(),
                          [](const FoldShare &a, const FoldShare &b) { return a.percent < b.percent; });
  std::string text = fmt::format("{}: {:.1f} % right in the mean of {} fold{}", precision, mean,
                                 shares.size(), shares.size() == 1 ? "" : "s");
  if (shares.size() > 1)
    text += fmt::format(", standard deviation {:.1f} points; from {:.1f} % ({}) to {:.1f} %",
                        std::sqrt(squares / static_cast<double>(shares.size() - 1)), low->percent, low->name,
                        high->percent);
  return text;
}

// What needs no network, of the fold's test windows.
std::string baseline_cell(const json &fold, const char *key) {
  if (!fold.contains("baseline") || !fold.at("baseline").is_array()) return "-";
  for (const json &row : fold.at("baseline"))
    if (row.at("part") == "test" && row.contains(key)) return percent(row.at(key));
  return "-";
}

std::string share_cell(const json &fold, const char *key) {
  const auto n = fold.at("examples").get<double>();
  return n > 0 ? fmt::format("{:.1f}", 100 * fold.at(key).get<double>() / n) : "-";
}

DocTable table_of_folds(const json &folds) {
  DocTable t{"What each model gives on the windows that were held out from it",
             {"fold", "training windows", "held-out windows", "float, % right", "int8, % right",
              "nearest class mean, %", "linear model, %"},
             {}};
  size_t windows = 0, by_float = 0, by_int8 = 0;
  for (const json &f : folds) {
    t.rows.push_back({f.at("name").get<std::string>(), f.contains("train") ? commas(f.at("train")) : "-",
                      commas(f.at("examples")), share_cell(f, "correct_float"), share_cell(f, "correct_int8"),
                      baseline_cell(f, "nearest_mean"), baseline_cell(f, "linear")});
    windows += f.at("examples").get<size_t>();
    by_float += f.at("correct_float").get<size_t>();
    by_int8 += f.at("correct_int8").get<size_t>();
  }
  const json all = {{"examples", windows}, {"correct_float", by_float}, {"correct_int8", by_int8}};
  t.rows.push_back({"all windows", "", commas(windows), share_cell(all, "correct_float"),
                    share_cell(all, "correct_int8"), "", ""});
  t.has_total = true;
  return t;
}

void add_wrong_of_folds(DocSection &s, const json &folds) {
  constexpr size_t kMostOfFold = 6, kMost = 48;
  DocTable t{"Windows that int8 answered wrongly, by fold, the surest first",
             {"window", "fold", "is", "told as", "probability, %"},
             {}};
  t.names = {1, 2, 3};
  size_t count = 0;
  for (const json &f : folds) {
    count += f.value("wrong_count", size_t{0});
    if (!f.contains("wrong")) continue;
    size_t shown = 0;
    for (const json &w : f.at("wrong")) {
      if (shown == kMostOfFold || t.rows.size() == kMost) break;
      t.rows.push_back({w.at("place").get<std::string>(), f.at("name").get<std::string>(),
                        w.at("label").get<std::string>(), w.at("predicted").get<std::string>(),
                        fmt::format("{:.0f}", 100 * figure(w.at("probability")))});
      ++shown;
    }
  }
  if (t.rows.empty()) return;
  const size_t shown = t.rows.size();
  s.blocks.emplace_back(std::move(t));
  if (count > shown)
    s.blocks.emplace_back(DocText{fmt::format("{} in all; `folds.json` has up to 24 of each fold.", count)});
}

}  // namespace

DocSection folds_section(const ReportInput &in) {
  DocSection s{
      "folds", "Cross-validation",
      "Every window is held out once and answered by a model that was trained without its fold. These "
      "models are not kept: the figures say how good one that is trained in this way is on what it has not "
      "met."};
  if (!in.folds.is_array() || in.folds.empty()) return s;
  for (const auto &[precision, key] :
       {std::pair{"float", "correct_float"}, std::pair{"int8", "correct_int8"}}) {
    const std::vector<FoldShare> shares = shares_of(in.folds, key);
    if (shares.empty()) continue;
    std::string text = spread_sentence(precision, shares);
    for (const json &e : evaluations_of(in))
      if (e.value("precision", "") == precision)
        text += fmt::format(". All windows: {} % ({})", percent(e.at("accuracy")), accuracy_interval(e));
    s.blocks.emplace_back(DocText{text + "."});
  }
  s.blocks.emplace_back(table_of_folds(in.folds));
  s.blocks.emplace_back(DocText{"The last two columns need no network: they are of its inputs."});
  add_wrong_of_folds(s, in.folds);
  return s;
}

}  // namespace mote
