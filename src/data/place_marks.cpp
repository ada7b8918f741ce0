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

constexpr double kMilli = 1e-3, kMinute = 60, kDay_s = 86400;
constexpr double kHair = 1e-6;  // of what a row takes: 0.3 s of 10 Hz is row 3

// From row to row, on average.
double step_of(std::span<const double> t) {
  return t.size() < 2 ? 0 : (t.back() - t.front()) / static_cast<double>(t.size() - 1);
}

// Of the seconds of dates to what a column of numbers counts.
double of_texts(const FileLabels &labels, const RowsInTime &rows) {
  const bool is_number = !rows.has_dates && !rows.has_clock && rows.unit_s > 0;
  return labels.is_text && is_number ? 1 / rows.unit_s : 1;
}

// Times of day go on behind midnight where those of the rows do. `factor`: of its numbers to those.
Mark behind_midnight(Mark m, const RowsInTime &rows, double factor) {
  if (rows.times.back() < kDay_s) return m;
  const double day = kDay_s / factor;
  if (m.to < m.from) m.to += day;
  if (m.to * factor >= rows.times.front() - step_of(rows.times)) return m;
  m.from += day;
  m.to += day;
  return m;
}

class MarkPlacer {
 public:
  MarkPlacer(Intake &intake, const FileLabels &labels, const RowsInTime &rows, const ColumnFit &fit)
      : intake_(intake), labels_(labels), rows_(rows), unit_(labels.unit) {
    if (unit_ == MarkUnit::kPlain) unit_ = rows.is_even ? MarkUnit::kSeconds : MarkUnit::kRows;
    if (unit_ == MarkUnit::kClock) unit_ = rows.has_clock ? MarkUnit::kColumn : MarkUnit::kSeconds;
    if (unit_ == MarkUnit::kColumn) find_column(fit);
    if (unit_ != MarkUnit::kRows && !rows.times.empty() &&
        !std::is_sorted(rows.times.begin(), rows.times.end()))
      Intake::fail(rows.path,
                   fmt::format("has times that go back, so the marks of {} cannot be placed", labels.path),
                   "sort its rows by time");
  }

  std::vector<RowStretch> place() {
    std::vector<RowStretch> found;
    for (const Mark &m : labels_.marks) {
      RowStretch s = unit_ == MarkUnit::kRows ? by_rows(m) : by_time(in_day(m));
      s.mark = &m;
      if (s.from == s.to)
        ++(unit_ == MarkUnit::kRows ? rowless_ : points_);
      else if (m.label.empty())
        ++nameless_;
      else
        found.push_back(s);
    }
    check_sum(found);
    report(found);
    return found;
  }

 private:
  // Each stretch is a recording of its own.
  void check_sum(const std::vector<RowStretch> &found) const {
    constexpr size_t kMost = 100;
    size_t rows = 0;
    for (const RowStretch &s : found) rows += s.to - s.from;
    if (rows / kMost > rows_.rows)
      Intake::fail(labels_.path, fmt::format("marks {} more than {} times over", rows_.path, kMost),
                   "leave out marks that repeat each other");
  }

  void find_column(const ColumnFit &fit) {
    if (rows_.is_even) {
      unit_ = MarkUnit::kSeconds;
      return;
    }
    if (rows_.times.empty() && labels_.is_text)
      Intake::fail(rows_.path,
                   fmt::format("has no time column by which the times of {} could be placed", labels_.path));
    if (rows_.times.empty() || fit.counts_rows(labels_)) unit_ = MarkUnit::kRows;
    if (unit_ == MarkUnit::kColumn) factor_ = fit.factor(labels_) * of_texts(labels_, rows_);
    intake_.say(fmt::format("marks of {} are {}", fs::path(labels_.path).filename().string(), counted()));
    is_of_day_ = unit_ == MarkUnit::kColumn && rows_.has_clock && labels_.is_text;
    for (const Mark &m : labels_.marks) beginnings_.push_back(in_day(m).from);
    std::sort(beginnings_.begin(), beginnings_.end());
  }

  Mark in_day(const Mark &m) const { return is_of_day_ ? behind_midnight(m, rows_, factor_) : m; }

  std::string counted() const {
    if (unit_ == MarkUnit::kRows) return fmt::format("rows, counted from {}", labels_.base);
    if (labels_.is_text) return "moments of the time column";
    if (factor_ != 1 || rows_.unit_s == 1e-3) return "milliseconds of the time column";
    return rows_.unit_s == 1 ? "seconds of the time column" : "numbers of the time column";
  }

  [[noreturn]] void refuse(const Mark &m, const std::string &why, const std::string &hint = "") const {
    Intake::fail(at_line(labels_.path, m.line), why, hint);
  }

  RowStretch by_rows(const Mark &m) {
    constexpr double kMost = 1e15;
    const double base = labels_.base;
    if (m.from != std::floor(m.from) || m.to != std::floor(m.to) || m.from < base || m.to < m.from ||
        m.to > kMost)
      refuse(m, fmt::format("'{}' to '{}' is no interval of rows", m.from, m.to),
             "the first and the last row of the recording, as whole numbers");
    const auto row = [&](double of_file) {
      return static_cast<size_t>(std::lround(without_lost(of_file) * rows_.scale));
    };
    RowStretch s{row(m.from - base), row(m.to - base + 1)};
    // the last row of the file lasts as long as others, but resampling ends at it
    const auto row_of_file = static_cast<size_t>(std::lround(rows_.scale));
    const size_t most = rows_.rows + (rows_.scale == 1 ? 0 : row_of_file + 1);
    const bool is_behind = s.from >= rows_.rows && m.from - base >= file_rows();
    if (is_behind || s.to > most + row_of_file)
      refuse(m,
             fmt::format("ends at row {} of {}, which has {} (rows are counted from {}, so the last is {})",
                         m.to, rows_.path, file_rows(), base, file_rows() - 1 + base));
    longer_ += s.to > most;
    s.to = std::min(s.to, rows_.rows);
    s.from = std::min(s.from, s.to);
    return s;
  }

  double file_rows() const {
    return std::ceil(static_cast<double>(rows_.rows) / rows_.scale) + static_cast<double>(rows_.lost.size());
  }

  // Of a row of the file: how many stand before it that are left.
  double without_lost(double row) const {
    size_t lost = 0, most = rows_.lost.size();  // whose rows of the file are found by halves
    while (lost < most) {
      const size_t middle = lost + (most - lost) / 2;
      if (static_cast<double>(rows_.lost[middle] + middle) < row)
        lost = middle + 1;
      else
        most = middle;
    }
    return row - static_cast<double>(lost);
  }

  RowStretch by_time(const Mark &m) {
    if (!(m.to >= m.from) || (unit_ == MarkUnit::kSeconds && m.from < 0))
      refuse(m, fmt::format("'{}' to '{}' is no interval of {}", m.from, m.to, rows_.path),
             m.to >= m.from ? "marks are counted from its beginning" : "its end stands before its beginning");
    if (m.to == m.from) return {};
    twice_ += is_of_day_ && m.from * factor_ + kDay_s <= rows_.times.back();
    // a row at the end of one mark and the beginning of another is the other's
    const bool is_included =
        unit_ == MarkUnit::kColumn && !std::binary_search(beginnings_.begin(), beginnings_.end(), m.to);
    RowStretch s{row_at(m.from, false), row_at(m.to, is_included)};
    if (unit_ == MarkUnit::kColumn && m.to * factor_ > rows_.times.back() + 1.5 * step()) ++longer_;
    if (s.to == 0) refuse(m, fmt::format("ends at {}, before the beginning of {}", m.to, rows_.path));
    if (s.from >= rows_.rows)
      refuse(m, fmt::format("begins at {}, behind the end of {}", m.from, rows_.path));
    if (s.to > rows_.rows) {
      s.to = rows_.rows;
      ++longer_;
    }
    return s;
  }

  double step() const { return step_of(rows_.times); }

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
    say(rowless_, "label rows", "mark rows of which none is left, and are left out");
    say(twice_, "label days", "are of times that the recording has on several days; the first is taken");
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
  bool is_of_day_ = false;
  std::vector<double> beginnings_;  // of marks by the time column, in order
  size_t points_ = 0, rowless_ = 0, twice_ = 0, nameless_ = 0, longer_ = 0;
};

}  // namespace

// What begins behind the end of a recording, or ends before its beginning, is not of it.
void ColumnFit::look_at(const FileLabels &labels, const RowsInTime &rows) {
  const auto &t = rows.times;
  if (t.empty()) return;
  const double step = step_of(t);
  const auto touches = [&](const Mark &m, double factor) {
    return m.from * factor <= t.back() + step && m.to * factor >= t.front() - step;
  };
  const auto all = [&](const auto &is_right) {
    return std::all_of(labels.marks.begin(), labels.marks.end(), is_right);
  };
  if (labels.is_text) {  // in a unit of their own
    is_minutes &= rows.has_clock && labels.unit == MarkUnit::kClock && !labels.has_seconds &&
                  all([&](const Mark &m) { return touches(behind_midnight(m, rows, kMinute), kMinute); });
    return;
  }
  is_column &= all([&](const Mark &m) { return touches(m, 1); });
  is_milliseconds &= rows.has_dates && all([&](const Mark &m) { return touches(m, kMilli); });
  is_rows &= labels.may_count_rows && all([&](const Mark &m) {
               return m.from >= 0 && m.from == std::floor(m.from) && m.to == std::floor(m.to) &&
                      m.from < static_cast<double>(rows.rows);
             });
}

double ColumnFit::factor(const FileLabels &labels) const {
  if (labels.unit == MarkUnit::kClock) return is_minutes ? kMinute : 1;
  return !labels.is_text && !is_column && is_milliseconds ? kMilli : 1;
}

bool ColumnFit::counts_rows(const FileLabels &labels) const {
  return !is_column && !is_milliseconds && is_rows && labels.may_count_rows && !labels.is_text;
}

std::vector<RowStretch> place_marks(Intake &intake, const FileLabels &labels, const RowsInTime &rows,
                                    const ColumnFit &fit) {
  return MarkPlacer(intake, labels, rows, fit).place();
}

}  // namespace mote
