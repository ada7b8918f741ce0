// Numbers of a label file to rows: what they count is the file's, or the recording's.
//
// Times are looked up, never stepped through: a recording may have a million marks.
#include "data/place_marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote {

namespace {

constexpr double kHair = 1e-6;  // of what a row takes: 0.3 s of 10 Hz is row 3

class MarkPlacer {
 public:
  MarkPlacer(Intake &intake, const FileLabels &labels, const RowsInTime &rows)
      : intake_(intake), labels_(labels), rows_(rows), unit_(labels.unit) {
    if (unit_ == MarkUnit::kPlain) unit_ = rows.is_even ? MarkUnit::kSeconds : MarkUnit::kRows;
    if (unit_ == MarkUnit::kClock) unit_ = rows.has_clock ? MarkUnit::kColumn : MarkUnit::kSeconds;
    if (unit_ == MarkUnit::kColumn) find_column();
    if (unit_ != MarkUnit::kRows && !rows.times.empty() &&
        !std::is_sorted(rows.times.begin(), rows.times.end()))
      Intake::fail(rows.path,
                   fmt::format("has times that go back, so the marks of {} cannot be placed", labels.path),
                   "sort its rows by time");
  }

  std::vector<RowStretch> place() {
    std::vector<RowStretch> found;
    for (const Mark &m : labels_.marks) {
      RowStretch s = unit_ == MarkUnit::kRows ? by_rows(m) : by_time(m);
      s.mark = &m;
      if (s.from == s.to)
        ++points_;
      else if (m.label.empty())
        ++nameless_;
      else
        found.push_back(s);
    }
    report(found);
    return found;
  }

 private:
  // Label Studio counts as the time column does, in milliseconds where that holds dates, or by rows.
  void find_column() {
    if (rows_.is_even) {
      unit_ = MarkUnit::kSeconds;
      return;
    }
    const auto &times = rows_.times;
    const auto are_within = [&](double factor) {
      return !times.empty() && std::all_of(labels_.marks.begin(), labels_.marks.end(), [&](const Mark &m) {
        return m.from * factor >= times.front() - step() && m.to * factor <= times.back() + step();
      });
    };
    for (const double factor : {1.0, 1e-3})
      if (are_within(factor)) {
        factor_ = factor;
        return;
      }
    unit_ = MarkUnit::kRows;
  }

  [[noreturn]] void refuse(const Mark &m, const std::string &why, const std::string &hint = "") const {
    Intake::fail(at_line(labels_.path, m.line), why, hint);
  }

  RowStretch by_rows(const Mark &m) const {
    constexpr double kMost = 1e15;
    const double base = labels_.base;
    if (m.from != std::floor(m.from) || m.to != std::floor(m.to) || m.from < base || m.to < m.from ||
        m.to > kMost)
      refuse(m, fmt::format("'{}' to '{}' is no interval of rows", m.from, m.to),
             "the first and the last row of the recording, as whole numbers");
    const auto row = [&](double of_file) { return static_cast<size_t>(std::lround(of_file * rows_.scale)); };
    RowStretch s{row(m.from - base), row(m.to - base + 1)};
    const bool is_of_rounding = rows_.scale != 1 && s.to == rows_.rows + 1;
    if (is_of_rounding) s.to = rows_.rows;
    if (s.to > rows_.rows || s.from > s.to)
      refuse(m, fmt::format("ends at row {} of {}, which has {}", m.to, rows_.path, rows_.rows));
    return s;
  }

  RowStretch by_time(const Mark &m) {
    if (!(m.to >= m.from) || (unit_ == MarkUnit::kSeconds && m.from < 0))
      refuse(m, fmt::format("'{}' to '{}' is no interval of {}", m.from, m.to, rows_.path),
             "its end stands before its beginning");
    if (m.to == m.from) return {};
    RowStretch s{row_at(m.from, false), row_at(m.to, unit_ == MarkUnit::kColumn)};
    if (s.from >= rows_.rows)
      refuse(m, fmt::format("begins at {}, behind the end of {}", m.from, rows_.path));
    if (s.to > rows_.rows) {
      s.to = rows_.rows;
      ++longer_;
    }
    return s;
  }

  // From row to row, on average.
  double step() const {
    const auto &t = rows_.times;
    return t.size() < 2 ? 0 : (t.back() - t.front()) / static_cast<double>(t.size() - 1);
  }

  // The first row at that time or behind it, or behind all that are of it.
  size_t row_at(double moment, bool is_included) const {
    if (rows_.times.empty() || (unit_ == MarkUnit::kSeconds && rows_.unit_s == 0)) return even_row_at(moment);
    double value = moment * factor_;
    if (unit_ == MarkUnit::kSeconds) value = rows_.times.front() + moment / rows_.unit_s;
    const auto &t = rows_.times;
    const double hair = kHair * step() + 4 * std::numeric_limits<double>::epsilon() * std::fabs(value);
    const auto at = is_included ? std::upper_bound(t.begin(), t.end(), value + hair)
                                : std::lower_bound(t.begin(), t.end(), value - hair);
    const bool is_behind = value - hair > t.back() && !is_included;
    return is_behind && unit_ == MarkUnit::kSeconds ? behind_last(value)
                                                    : static_cast<size_t>(at - t.begin());
  }

  // A moment behind the last row is in the recording while its row lasts.
  size_t behind_last(double value) const {
    return rows_.times.size() + (value > rows_.times.back() + 1.5 * step());
  }

  size_t even_row_at(double seconds) const {
    if (!(rows_.rate_hz > 0))
      Intake::fail(rows_.path,
                   fmt::format("has no times by which the seconds of {} could be placed", labels_.path),
                   "set data.rate_hz");
    constexpr double kMost = 1e15;
    return static_cast<size_t>(std::min(kMost, std::ceil(seconds * rows_.rate_hz - kHair)));
  }

  void report(const std::vector<RowStretch> &found) {
    const auto say = [&](size_t count, const char *cause, const std::string &what) {
      if (count == 0) return;
      intake_.add_alike(cause, rows_.path,
                        fmt::format("{} of {} {} {}", count, labels_.marks.size(),
                                    labels_.marks.size() == 1 ? "label" : "labels", what));
    };
    say(points_, "label points", "mark a point and no stretch, and are left out");
    say(nameless_, "label names", "have no class, and their stretches are left out");
    say(longer_, "label ends", "end behind the recording, and are cut there");
    say(overlaps(found), "label overlaps",
        "overlap one of another class: these rows are taken for both; correct the label file if that is not "
        "meant");
  }

  static size_t overlaps(std::vector<RowStretch> list) {
    std::stable_sort(list.begin(), list.end(), [](auto &a, auto &b) { return a.from < b.from; });
    size_t count = 0;
    const RowStretch *longest = nullptr;
    for (const RowStretch &s : list) {
      count += longest && s.from < longest->to && s.mark->label != longest->mark->label;
      if (!longest || s.to > longest->to) longest = &s;
    }
    return count;
  }

  Intake &intake_;
  const FileLabels &labels_;
  const RowsInTime &rows_;
  MarkUnit unit_;
  double factor_ = 1;
  size_t points_ = 0, nameless_ = 0, longer_ = 0;
};

}  // namespace

std::vector<RowStretch> place_marks(Intake &intake, const FileLabels &labels, const RowsInTime &rows) {
  return MarkPlacer(intake, labels, rows).place();
}

}  // namespace mote
