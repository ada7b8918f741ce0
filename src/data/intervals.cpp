// Columns by name or place, rows counted from 0 or 1, recordings by their names or the numbers in them.
//
// Cutting by intervals is cut_tables.cpp's.
#include "data/intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "data/column_names.h"
#include "data/intake.h"

namespace mote {

namespace {

struct Places {
  int first = -1, last = -1, label = -1, group = -1;
  std::vector<size_t> ids;
};

bool is_one_of(const std::string &name, std::initializer_list<const char *> names) {
  return std::any_of(names.begin(), names.end(), [&](const char *n) { return name == n; });
}

Places by_name(const TableFile &f) {
  Places p;
  for (size_t c = 0; c < f.columns.size(); ++c) {
    const std::string name = lower(f.columns[c]);
    const int at = c;
    if (is_one_of(name,
                  {"start", "begin", "first", "from", "start_row", "first_row", "start_sample", "onset"}))
      p.first = at;
    else if (is_one_of(name, {"end", "stop", "last", "to", "end_row", "last_row", "end_sample", "offset"}))
      p.last = at;
    else if (is_label_name(f.columns[c]))
      p.label = at;
    else
      p.ids.push_back(c);
    if (is_group_name(f.columns[c])) p.group = at;
  }
  return p;
}

// The class, its first and its last row stand last.
Places by_place(const TableFile &f) {
  Places p;
  const int count = f.columns.size();
  if (count < 4) return p;
  p.label = count - 3;
  p.first = count - 2;
  p.last = count - 1;
  for (int c = 0; c < p.label; ++c) p.ids.push_back(c);
  if (p.ids.size() > 1) p.group = p.label - 1;
  return p;
}

// "exp07_user02" has 7 and 2.
std::vector<std::string> numbers_in(const std::string &name) {
  std::vector<std::string> numbers;
  bool is_inside = false;
  for (const char c : name) {
    const bool is_digit = std::isdigit(c & 0xFF) != 0;
    if (is_digit && !is_inside) numbers.emplace_back();
    if (is_digit) numbers.back() += c;
    is_inside = is_digit;
  }
  for (std::string &n : numbers) n.erase(0, std::min(n.find_first_not_of('0'), n.size() - 1));
  return numbers;
}

}  // namespace

Intervals::Intervals(const TableFile &f) : path_(f.path) {
  const Places p = f.has_header ? by_name(f) : by_place(f);
  if (p.first < 0 || p.last < 0 || p.label < 0 || p.ids.empty())
    Intake::fail(path_, "is no table of intervals (data.intervals)",
                 f.has_header
                     ? fmt::format("its columns are {}; expected the recording, and label, start and end",
                                   few_of(f.columns))
                     : "expected in each row: the recording, the class, its first and its last row");
  for (size_t r = 0; r < f.rows.size(); ++r) counts_from_zero_ |= f.at(r, p.first) == 0;
  has_groups_ = p.group >= 0;
  ids_ = p.ids.size();
  std::vector<std::string> names;
  for (size_t c : p.ids) names.push_back(f.has_header ? f.columns[c] : fmt::format("column {}", c + 1));
  columns_ = fmt::format(
      "recordings by {}{}; rows are counted from {} and the last one is included", fmt::join(names, " and "),
      p.group < 0 ? "" : fmt::format(", groups by {}", f.has_header ? f.columns[p.group] : names.back()),
      counts_from_zero_ ? 0 : 1);
  for (size_t r = 0; r < f.rows.size(); ++r) {
    const double first = f.at(r, p.first), last = f.at(r, p.last), base = counts_from_zero_ ? 0 : 1;
    constexpr double kMost = 1e15;
    if (f.kinds[p.first] != CellKind::kNumber || f.kinds[p.last] != CellKind::kNumber ||
        first != std::floor(first) || last != std::floor(last) || first < base || last < first ||
        last > kMost)
      Intake::fail(at_line(path_, f.rows[r].line),
                   fmt::format("'{}' to '{}' is no interval of rows", f.text(r, p.first), f.text(r, p.last)),
                   "the first and the last row of the recording, as whole numbers");
    RowInterval i;
    i.from = first - base;
    i.to = last - base + 1;
    i.label = f.text(r, p.label);
    if (has_groups_) i.group = f.text(r, p.group);
    i.line = f.rows[r].line;
    std::vector<std::string> cells;
    for (size_t c : p.ids) cells.push_back(f.text(r, c));
    by_name_[fmt::format("{}", fmt::join(cells, "/"))].push_back(i);
    // a name of its own need not be repeated by what stands beside it
    if (cells.size() > 1 && f.kinds[p.ids[0]] != CellKind::kNumber) by_name_[cells[0]].push_back(i);
    ++size_;
  }
}

const std::vector<RowInterval> &Intervals::of(const std::string &stem) const {
  static const std::vector<RowInterval> kNone;
  if (const auto named = by_name_.find(stem); named != by_name_.end()) return named->second;
  std::vector<std::string> numbers = numbers_in(stem);
  if (numbers.size() < ids_) return kNone;
  numbers.resize(ids_);
  const auto numbered = by_name_.find(fmt::format("{}", fmt::join(numbers, "/")));
  return numbered == by_name_.end() ? kNone : numbered->second;
}

}  // namespace mote
