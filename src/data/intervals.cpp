// Columns by name or place; what they count by their names, rows from 0 or 1.
//
// Names of recordings are label_book.cpp's, cutting is place_marks.cpp's.
#include "data/intervals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <vector>

#include "base/lists.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/intake.h"
#include "data/layout.h"
#include "data/moment.h"

namespace mote {

namespace {

struct Places {
  int first = -1, last = -1, label = -1, group = -1;
  std::vector<size_t> ids;
  MarkUnit unit = MarkUnit::kPlain;
  double scale = 1;                           // of what they count to seconds
  bool is_text = false, has_seconds = false;  // as of FileLabels
};

bool is_one_of(const std::string &name, std::initializer_list<const char *> names) {
  return std::any_of(names.begin(), names.end(), [&](const char *n) { return name == n; });
}

// "Begin Time (s)" -> begin, time, s; "startIndex" -> start, index
std::vector<std::string> words_of_name(const std::string &name) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < name.size(); ++i) {
    const bool is_hump = i > 0 && std::isupper(byte_of(name[i])) && std::islower(byte_of(name[i - 1]));
    if (is_hump || !std::isalnum(byte_of(name[i]))) words.emplace_back();
    if (std::isalnum(byte_of(name[i]))) words.back() += static_cast<char>(std::tolower(byte_of(name[i])));
  }
  std::erase(words, "");
  return words;
}

// 1: where it begins, 2: where it ends, 0: another column. Sets unit and scale where the name says them.
int end_of_interval(const std::string &name, Places &p) {
  int end = 0;
  MarkUnit unit = MarkUnit::kPlain;
  double scale = 1;
  for (const std::string &word : words_of_name(name)) {
    if (is_one_of(word, {"start", "begin", "first", "from", "onset", "tmin", "xmin"}))
      end = 1;
    else if (is_one_of(word, {"end", "stop", "last", "to", "offset", "tmax", "xmax"}))
      end = 2;
    else if (is_one_of(word, {"row", "rows", "sample", "samples", "index", "idx", "frame"}))
      unit = MarkUnit::kRows;
    else if (is_one_of(word, {"s", "sec", "secs", "second", "seconds"}))
      unit = MarkUnit::kSeconds;
    else if (is_one_of(word, {"ms", "msec", "millis", "milliseconds"})) {
      unit = MarkUnit::kSeconds;
      scale = 1e-3;
    } else if (!is_one_of(word, {"time", "timestamp"}))
      return 0;
    else if (unit == MarkUnit::kPlain)
      unit = MarkUnit::kColumn;
  }
  if (end == 0) return 0;
  p.unit = unit;
  p.scale = scale;
  return end;
}

bool names_a_file(const std::string &name) {
  return is_one_of(lower(name), {"file", "filename", "file_name", "fname", "path", "filepath", "file_path",
                                 "audio", "wav", "sound", "clip", "slice_file_name", "recording_file"});
}

Places by_name(const TableFile &f) {
  Places p;
  for (size_t c = 0; c < f.columns.size(); ++c) {
    const int end = end_of_interval(f.columns[c], p);
    if (end != 0)
      (end == 1 ? p.first : p.last) = c;
    else if (is_label_name(f.columns[c]))
      p.label = c;
    else
      p.ids.push_back(c);
    if (is_group_name(f.columns[c])) p.group = c;
  }
  const auto file =
      std::find_if(p.ids.begin(), p.ids.end(), [&](size_t c) { return names_a_file(f.columns[c]); });
  if (file != p.ids.end()) p.ids = {*file};  // what else a table says of it does not name it
  return p;
}

// The class, its first and its last row stand last.
Places by_place(const TableFile &f) {
  Places p;
  const int count = f.columns.size();
  if (count < 3) return p;
  p.label = count - 3;
  p.first = count - 2;
  p.last = count - 1;
  for (int c = 0; c < p.label; ++c) p.ids.push_back(c);
  if (p.ids.size() > 1) p.group = p.label - 1;
  return p;
}

const char *unit_text(const Places &p, int base) {
  if (p.unit == MarkUnit::kSeconds) return p.scale == 1 ? "in seconds" : "in milliseconds";
  if (p.unit == MarkUnit::kClock) return "in hours, minutes and seconds";
  if (p.unit == MarkUnit::kColumn) return "by the time column of a table, in seconds of a sound";
  if (p.unit == MarkUnit::kRows)
    return base == 0 ? "rows are counted from 0 and the last one is included"
                     : "rows are counted from 1 and the last one is included";
  return base == 0 ? "rows are counted from 0 and the last one is included; of sounds, seconds"
                   : "rows are counted from 1 and the last one is included; of sounds, seconds";
}

bool is_dated(const Moment &m) { return m.kind == MomentKind::kDate || m.kind == MomentKind::kDateTime; }

// One cell of where an interval begins or ends.
double moment_of(const TableFile &f, size_t row, int column) {
  if (f.kinds[column] != CellKind::kText) return f.at(row, column);
  const std::string text = f.text(row, column);
  const Moment moment = parse_moment(text);
  return is_dated(moment) ? moment.seconds : seconds_of(text);
}

// What the cells are overrules what the names of their columns leave open.
void find_unit(const TableFile &f, Places &p) {
  const auto has = [&](CellKind kind) { return f.kinds[p.first] == kind || f.kinds[p.last] == kind; };
  const auto is_clock = [&](int column) {
    for (size_t r = 0; r < f.rows.size(); ++r)
      if (f.text(r, column).find(':') != std::string::npos) return true;
    return false;
  };
  const bool is_text = f.kinds[p.first] == CellKind::kText && !f.rows.empty();
  if (has(CellKind::kDateTime) || has(CellKind::kDate) ||
      (is_text && is_dated(parse_moment(f.text(0, p.first)))))
    p.unit = MarkUnit::kColumn;
  else if (has(CellKind::kClock) || (has(CellKind::kText) && (is_clock(p.first) || is_clock(p.last))))
    p.unit = MarkUnit::kClock;
  else
    return;
  p.scale = 1;
  p.is_text = true;
  for (const int column : {p.first, p.last})
    for (size_t r = 0; r < f.rows.size(); ++r) p.has_seconds |= has_seconds_of_day(f.text(r, column));
}

// Which no number of a row has.
bool has_fractions(const TableFile &f, const Places &p) {
  for (const int column : {p.first, p.last})
    for (size_t r = 0; r < f.rows.size(); ++r) {
      const double moment = moment_of(f, r, column);
      if (std::isfinite(moment) && moment != std::floor(moment)) return true;
    }
  return false;
}

void add_interval(const TableFile &f, const Places &p, size_t r, int base, const std::string &recording,
                  LabelBook &book) {
  Mark m{moment_of(f, r, p.first) * p.scale, moment_of(f, r, p.last) * p.scale, f.text(r, p.label), "",
         f.rows[r].line};
  const bool may_be_behind_midnight = p.unit == MarkUnit::kClock;
  if (!std::isfinite(m.from) || !std::isfinite(m.to) || (m.to < m.from && !may_be_behind_midnight))
    Intake::fail(at_line(f.path, m.line),
                 fmt::format("'{}' to '{}' is no interval of rows", f.text(r, p.first), f.text(r, p.last)),
                 "where it begins and where it ends: whole numbers of rows, or seconds");
  if (p.group >= 0) m.group = f.text(r, p.group);
  std::vector<std::string> cells;
  for (size_t c : p.ids) cells.push_back(f.text(r, c));
  if (cells.empty()) cells.push_back(recording);
  const auto add_to = [&](const std::string &name, const std::string &also) {
    FileLabels &labels = book.entry(name, f.path);
    labels.unit = p.unit;
    labels.base = base;
    labels.is_text |= p.is_text;
    labels.has_seconds |= p.has_seconds;
    labels.has_groups = p.group >= 0;
    labels.also = also;
    labels.marks.push_back(m);
  };
  // a name of its own need not be repeated by what stands beside it
  const bool is_named = cells.size() > 1 && f.kinds[p.ids[0]] != CellKind::kNumber;
  add_to(fmt::format("{}", fmt::join(cells, "/")), is_named ? cells[0] : "");
  if (is_named) add_to(cells[0], "");
}

}  // namespace

bool has_seconds_of_day(std::string_view text) {
  return std::count(text.begin(), text.end(), ':') > 1 || text.find_first_of(".,") != text.npos;
}

double seconds_of(std::string_view text) {
  if (const auto number = parse_number(text)) return *number;
  double seconds = 0;
  int parts = 0;
  for (std::string_view rest = trim(text);; ++parts) {
    const size_t colon = rest.find(':');
    const CellNumber part = read_number(rest.substr(0, colon), true);
    if (!part.is_number || !(part.value >= 0) || (parts > 0 && part.value >= 60) || parts > 2)
      return std::numeric_limits<double>::quiet_NaN();
    seconds = seconds * 60 + part.value;
    if (colon == std::string_view::npos) return seconds;
    rest.remove_prefix(colon + 1);
  }
}

std::string read_intervals(const TableFile &f, LabelBook &book, const std::string &recording) {
  Places p = f.has_header ? by_name(f) : by_place(f);
  if (p.first < 0 || p.last < 0 || p.label < 0 || (p.ids.empty() && recording.empty()))
    Intake::fail(f.path, "is no table of intervals (data.intervals)",
                 f.has_header
                     ? fmt::format("its columns are {}; expected the recording, and label, start and end",
                                   few_of(f.columns))
                     : "expected in each row: the recording, the class, its first and its last row");
  find_unit(f, p);
  if (p.unit == MarkUnit::kPlain && has_fractions(f, p)) p.unit = MarkUnit::kColumn;
  int base = 1;
  for (size_t r = 0; r < f.rows.size(); ++r)
    if (moment_of(f, r, p.first) == 0) base = 0;
  for (size_t r = 0; r < f.rows.size(); ++r) add_interval(f, p, r, base, recording, book);
  book.match_numbers(p.ids.size());
  std::vector<std::string> names;
  for (size_t c : p.ids) names.push_back(f.has_header ? f.columns[c] : fmt::format("column {}", c + 1));
  return fmt::format(
      "{}{}; {}", names.empty() ? "of this file" : fmt::format("recordings by {}", fmt::join(names, " and ")),
      p.group < 0 ? "" : fmt::format(", groups by {}", f.has_header ? f.columns[p.group] : names.back()),
      unit_text(p, base));
}

}  // namespace mote
