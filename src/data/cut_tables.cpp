// From tables whose columns are understood to recordings: where one ends, what its class and group are, its
// clock.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/lists.h"
#include "base/median.h"
#include "data/clock_check.h"
#include "data/clock_course.h"
#include "data/given_parts.h"
#include "data/intake.h"
#include "data/place_marks.h"

namespace mote {

namespace {

struct FileColumns {
  std::vector<size_t> channels;
  std::vector<std::pair<size_t, double>> wholes;  // of the time, with their parts
  double period = 0;                              // behind which all of these begin anew
  int time = -1, date = -1, index = -1, group = -1, label = -1, recording = -1;
};

// A clock of hours begins anew behind a day, one of minutes behind an hour; in units of its column.
double period_of(const ColumnRoles &roles) {
  constexpr double kMinute_s = 60, kHour_s = 3600, kDay_s = 86400;
  double largest_s = 0;
  for (const ClockWhole &w : roles.wholes) largest_s = std::max(largest_s, w.parts * roles.time_unit_s);
  const auto is_near = [&](double unit_s) { return std::fabs(largest_s / unit_s - 1) < 1e-6; };
  return is_near(kHour_s) ? kDay_s / roles.time_unit_s : is_near(kMinute_s) ? kHour_s / roles.time_unit_s : 0;
}

FileColumns columns_of(const TableFile &f, const ColumnRoles &roles, const LoadOptions &o) {
  FileColumns found;
  const bool is_by_place = !f.has_header && f.columns.size() == roles.names.size();
  for (size_t r = 0; r < roles.names.size(); ++r) {
    int at = r;
    if (!is_by_place) at = f.place_of(roles.names[r]);
    if (at < 0) continue;
    switch (roles.roles[r]) {
      case ColumnRole::kTime:
        found.time = at;
        break;
      case ColumnRole::kDate:
        found.date = at;
        break;
      case ColumnRole::kTimeWhole:
        for (const ClockWhole &w : roles.wholes)
          if (w.column == roles.names[r]) found.wholes.emplace_back(at, w.parts);
        break;
      case ColumnRole::kIndex:
        found.index = found.index < 0 ? at : found.index;
        break;
      case ColumnRole::kGroup:
        found.group = at;
        break;
      case ColumnRole::kLabel:  // a device that is asked does not know where classes change
        if (!o.model || o.model->uses_labels) found.label = at;
        break;
      case ColumnRole::kRecording:
        found.recording = at;
        break;
      default:
        break;
    }
  }
  found.period = period_of(roles);
  if (!o.channels.empty()) {
    for (const std::string &name : o.channels) found.channels.push_back(f.column_named(name));
    return found;
  }
  for (size_t c = 0; c < f.columns.size(); ++c) {  // in the file's order
    const size_t r = is_by_place ? c : place_in(roles.names, f.columns[c]);
    if (r == roles.names.size() || roles.roles[r] == ColumnRole::kChannel) found.channels.push_back(c);
  }
  if (found.channels.empty())
    Intake::fail(f.path, "has no channel columns: in none of them are there plain numbers of a sensor",
                 fmt::format("its columns are {}; name some in data.channels", few_of(f.columns)));
  return found;
}

// Cells whose change begins a recording.
std::vector<std::string> marks_of(const TableFile &f, const FileColumns &c, size_t row) {
  std::vector<std::string> marks;
  for (const int column : {c.group, c.label, c.recording})
    if (column >= 0) marks.push_back(f.text(row, column));
  return marks;
}

// In the unit of the column; empty where nothing counts.
using Times = SpillVector<double>;

struct RowCourse {
  Times times;
  std::vector<size_t> starts;  // of recordings; the last entry is the end of the file
  size_t restarts = 0;         // of the clock
};

// Where recordings begin. `part`: what the rows before left behind, and then what these leave.
RowCourse course_of(const TableFile &f, const FileColumns &c, TablePart &part) {
  RowCourse course;
  const int column = c.time >= 0 ? c.time : c.index;
  const bool is_clock = column >= 0 && f.kinds[column] == CellKind::kClock;
  const auto next_time = [&](size_t r) {
    double value = f.at(r, column);
    for (const auto &[whole, parts] : c.wholes) value += parts * f.at(r, whole);
    if (!is_clock) return part.clock.next_count(value, c.period);
    return c.date >= 0 ? part.clock.next_moment(value + f.at(r, c.date)) : part.clock.next_time_of_day(value);
  };
  const auto changes = [&](int at, size_t r) { return at >= 0 && f.at(r, at) != f.at(r - 1, at); };
  const auto is_parted = [&](size_t r) {
    if (f.rows[r].starts_recording) return true;
    if (r == 0) return part.is_first || marks_of(f, c, 0) != part.marks;
    return changes(c.group, r) || changes(c.label, r) || changes(c.recording, r);
  };
  if (column >= 0) course.times.reserve(f.rows.size());
  for (size_t r = 0; r < f.rows.size(); ++r) {
    if (column >= 0) course.times.push_back(next_time(r));
    bool starts_here = is_parted(r);
    if (!starts_here && column >= 0 && part.clock.starts_anew()) {
      ++course.restarts;
      starts_here = true;
    }
    if (r == 0) part.goes_on = !starts_here;
    if (starts_here) part.clock.begin_recording();
    if (r == 0 || starts_here) course.starts.push_back(r);
  }
  course.starts.push_back(f.rows.size());
  if (!f.rows.empty()) part.marks = marks_of(f, c, f.rows.size() - 1);
  return course;
}

class Cutter {
 public:
  Cutter(Intake &intake, const ColumnRoles &roles) : intake_(intake), o_(intake.options()), roles_(roles) {}

  void cut(TableFile &f) {
    FileColumns c = columns_of(f, roles_, o_);
    const FileLabels *labels = nullptr;
    if (intake_.stream()) {
      find_stream_marks(f, c);
      c.label = -1;
    } else if (!intake_.label_book().is_empty()) {
      labels = intake_.labels_of(name_of(f));
      if (!labels) return;
      if (!labels->marks.empty()) return cut_by_marks(f, c, *labels);
      c.label = -1;  // the label file says it
    }
    if (f.label.empty() && c.label < 0 && !o_.model)
      Intake::fail(f.path, "gives no class: it lies in no folder",
                   "name the file after its class or put it into a folder of that name");
    check_channels(f, c);
    TablePart whole;
    TablePart &part = intake_.part() ? *intake_.part() : whole;
    if (roles_.counts_8_bits && c.time < 0) part.clock.count_8_bits();
    const auto [times, starts, restarts] = course_of(f, c, part);
    const bool is_beginning = !intake_.part() || intake_.part()->is_first;  // a last part may be of one row
    if (is_beginning && restarts * 2 > f.rows.size())
      Intake::fail(f.path, "time falls in nearly every row: is its newest row the first?",
                   "sort the rows by time, or leave the column out with data.drop_columns");
    if (restarts > 0 && ++files_that_restart_ == 1)
      first_restart_ = fmt::format("{}: time starts anew {} time{}: {} recordings", f.path, restarts,
                                   restarts == 1 ? "" : "s", starts.size() - 1);
    ClockCheck clock;
    for (size_t k = 0; k + 1 < starts.size(); ++k) cut_stretch(f, c, times, starts[k], starts[k + 1], clock);
    if (c.time >= 0) clock.report(intake_, f.path);
  }

  // What the marks of a label file count is found once, for all tables.
  void find_units(const std::vector<TableFile> &tables) {
    for (const TableFile &f : tables) {
      try {
        look_at_marks(f);
      } catch (const Error &) {  // cut() says it again, of its file
      }
    }
  }

  // What was counted over all files, when they are cut.
  void report() {
    if (const size_t more = files_that_restart_ - 1; files_that_restart_ > 0)
      intake_.say(first_restart_ +
                  (more == 0 ? "" : fmt::format("; and so in {} more file{}", more, more == 1 ? "" : "s")));
    if (rows_left_out_ > 0)
      intake_.say(fmt::format("{} of {} rows are in no interval and left out{}", rows_left_out_, rows_,
                              o_.intervals.empty() ? "" : " (data.intervals)"));
  }

 private:
  void check_channels(const TableFile &f, FileColumns &c) {
    std::vector<std::string> names;
    for (size_t channel : c.channels)
      names.push_back(f.columns[channel].empty() ? fmt::format("c{}", channel) : f.columns[channel]);
    intake_.check_columns(names, c.channels, f.has_header, f.path);
  }

  // By its name without what data.join takes off.
  fs::path name_of(const TableFile &f) const {
    const fs::path path(f.path);
    return path.parent_path() /
           (without_join_word(path.stem().string(), o_.join) + path.extension().string());
  }

  void look_at_marks(const TableFile &f) {
    const FileLabels *labels = intake_.label_book().find(name_of(f));
    if (!labels || labels->marks.empty()) return;
    if (labels->unit != MarkUnit::kColumn && labels->unit != MarkUnit::kClock) return;
    FileColumns c = columns_of(f, roles_, o_);
    c.label = c.group = -1;
    TablePart whole;
    const Times times = course_of(f, c, whole).times;
    fits_[labels->path].look_at(*labels, rows_in_time(f, c, times));
  }

  RowsInTime rows_in_time(const TableFile &f, const FileColumns &c, const Times &times) const {
    const int column = c.time >= 0 ? c.time : c.index;
    const auto is = [&](CellKind kind) { return column >= 0 && f.kinds[column] == kind; };
    RowsInTime rows{f.path, f.rows.size(), o_.rate_hz, times, c.time >= 0 ? roles_.time_unit_s : 0};
    rows.has_dates = is(CellKind::kDateTime) || is(CellKind::kDate) || (is(CellKind::kClock) && c.date >= 0);
    rows.has_clock = is(CellKind::kClock) && c.date < 0;
    rows.lost = f.lost;
    return rows;
  }

  void cut_by_marks(TableFile &f, FileColumns &c, const FileLabels &labels) {
    check_channels(f, c);
    c.label = c.group = -1;  // the label file says both
    TablePart whole;
    const Times times = course_of(f, c, whole).times;
    const RowsInTime rows = rows_in_time(f, c, times);
    std::vector<bool> is_covered(f.rows.size());
    ClockCheck clock;
    for (const RowStretch &s : place_marks(intake_, labels, rows, fits_[labels.path])) {
      f.label = s.mark->label;
      if (labels.has_groups) f.folder = s.mark->group;
      cut_stretch(f, c, times, s.from, s.to, clock);
      std::fill(is_covered.begin() + s.from, is_covered.begin() + s.to, true);
    }
    rows_ += f.rows.size();
    rows_left_out_ += std::count(is_covered.begin(), is_covered.end(), false);
    if (c.time >= 0) clock.report(intake_, f.path);
  }

  // By a label file, or by the cells of the label column.
  void find_stream_marks(const TableFile &f, FileColumns c) {
    StreamMarks &marks = *intake_.stream();
    marked_.clear();
    reaching_.clear();
    next_marked_ = 0;
    const int label = c.label;
    if (const FileLabels *labels = intake_.label_book().find(name_of(f))) {
      c.label = c.group = -1;
      TablePart whole;
      const Times times = course_of(f, c, whole).times;
      const RowsInTime rows = rows_in_time(f, c, times);
      for (const RowStretch &s : place_marks(intake_, *labels, rows, fits_[labels->path]))
        marked_.push_back(
            {0, static_cast<long>(s.from), static_cast<long>(s.to), s.mark->label, s.mark->line});
      std::stable_sort(marked_.begin(), marked_.end(), [](auto &a, auto &b) { return a.first < b.first; });
    } else if (label >= 0 && marks.labels_file.empty()) {
      marks.is_labelled = true;
      for (size_t r = 0; r < f.rows.size(); ++r) {
        const std::string text = f.text(r, label);
        const bool goes_on = r > 0 && !marked_.empty() && marked_.back().last == static_cast<long>(r) &&
                             marked_.back().label == text && !f.rows[r].starts_recording;
        if (goes_on)
          ++marked_.back().last;
        else if (!text.empty())
          marked_.push_back({0, static_cast<long>(r), static_cast<long>(r) + 1, text, f.rows[r].line});
      }
    }
  }

  // What of the marks lies in the recording that is added next, which has so many rows: these rows of the
  // file, each where `place` has it in the recording.
  template <class Place>
  void add_marks(size_t from, size_t to, long rows, const Place &place) {
    if (!intake_.stream()) return;
    const auto begin = static_cast<long>(from), end = static_cast<long>(to);
    std::erase_if(reaching_, [&](const StreamMark &m) { return m.last <= begin; });
    for (; next_marked_ < marked_.size() && marked_[next_marked_].first < end; ++next_marked_)
      if (marked_[next_marked_].last > begin) reaching_.push_back(marked_[next_marked_]);
    for (const StreamMark &m : reaching_) {
      const long first = std::max(m.first, begin), last = std::min(m.last, end);
      StreamMark own = m;
      own.recording = intake_.set().items.size();
      own.first = std::min(place(static_cast<size_t>(first)), rows - 1);
      own.last = std::max(own.first + 1, place(static_cast<size_t>(last)));
      intake_.stream()->list.push_back(std::move(own));
    }
  }

  void cut_stretch(const TableFile &f, const FileColumns &c, const Times &times, size_t start, size_t end,
                   ClockCheck &clock) {
    size_t step = end - start;
    if (o_.rows_per_recording > 0) step = o_.rows_per_recording;
    for (size_t from = start; from < end; from += step) {
      const size_t to = std::min(end, from + step);
      if (to - from < step) {
        intake_.add(
            Severity::kWarning, at_line(f.path, f.rows[from].line),
            fmt::format("an incomplete recording of {} rows was skipped; {} were expected", to - from, step));
        break;
      }
      Recording r{c.label >= 0 ? f.text(from, c.label) : f.label,
                  f.path,
                  c.group >= 0 ? f.text(from, c.group) : f.folder,
                  f.rows[from].line,
                  0,
                  {}};
      r.rows = to - from;
      r.values.reserve(r.rows * c.channels.size());
      for (size_t i = from; i < to; ++i)
        for (size_t channel : c.channels) r.values.push_back(f.at(i, channel));
      const bool is_resampled = c.time >= 0 && o_.is_resampled;
      if (!is_resampled)
        add_marks(from, to, r.rows, [&](size_t row) { return static_cast<long>(row - from); });
      if (c.time < 0) {
        intake_.add_recording(std::move(r));
        continue;
      }
      const std::span<const double> own(times.data() + from, to - from);
      clock.add(own, roles_.time_unit_s, r.first_line);
      if (o_.is_resampled)
        add_resampled(std::move(r), own, f, from);
      else
        intake_.add_recording(std::move(r));
    }
  }

  // Cut where rows are missing; what lies between is not invented.
  // `start`: its first row of the file.
  void add_resampled(Recording whole, std::span<const double> times, const TableFile &f, size_t start) {
    if (!(o_.rate_hz > 0))
      Intake::fail(whole.file, "cannot be resampled: onto which rate?", "set data.rate_hz");
    const size_t width = whole.values.size() / times.size();
    std::vector<double> steps;
    for (size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
    if (steps.empty()) return;
    const double longest = 3 * median(std::move(steps));
    for (size_t from = 0; from < times.size();) {
      std::vector<double> own{times[from]};
      const auto row = [&](size_t r) { return whole.values.begin() + r * width; };
      SensorValues values(row(from), row(from + 1));
      size_t to = from + 1;
      for (; to < times.size() && times[to] - times[to - 1] <= longest; ++to) {
        if (times[to] <= own.back()) continue;  // the same moment twice
        own.push_back(times[to]);
        values.insert(values.end(), row(to), row(to + 1));
      }
      Recording r{whole.label, whole.file,
                  whole.group, whole.first_line,
                  0,           resampled(own, values, width, o_.rate_hz * roles_.time_unit_s, whole.file)};
      r.first_line = f.rows[start + from].line;
      r.rows = r.values.size() / width;
      const double step = o_.rate_hz * roles_.time_unit_s;  // rows of the new rate in a unit of the column
      add_marks(start + from, start + to, r.rows, [&](size_t of_file) {
        const size_t at = of_file - start;
        if (at >= to) return static_cast<long>(r.rows);  // behind the last one
        return std::min(static_cast<long>(r.rows), std::lround((times[at] - times[from]) * step));
      });
      intake_.add_recording(std::move(r));
      from = to;
    }
  }

  Intake &intake_;
  const LoadOptions &o_;
  const ColumnRoles &roles_;
  size_t rows_ = 0, rows_left_out_ = 0;    // of files that are cut by intervals
  std::map<std::string, ColumnFit> fits_;  // by label file
  std::vector<StreamMark> marked_;         // rows of the table, of a stream, by their first row
  std::vector<StreamMark> reaching_;       // of them, those that reach into the recording that is added
  size_t next_marked_ = 0;                 // the first that has not been looked at
  size_t files_that_restart_ = 0;
  std::string first_restart_;
};

// Where a column holds the classes and no folder says more, the names of files are those of persons or
// sessions.
void name_persons(Intake &intake) {
  std::vector<TableFile> &tables = intake.tables();
  std::set<std::string> folders, short_names, stems;
  for (const TableFile &f : tables) {
    const std::string stem = fs::path(f.path).stem().string();
    folders.insert(f.folder);
    stems.insert(stem);
    short_names.insert(class_of_stem(stem));
  }
  const bool are_parts =
      std::all_of(stems.begin(), stems.end(), [](auto &s) { return without_part(s).empty(); });
  if (folders.size() != 1 || stems.size() < 2 || are_parts) return;
  const bool are_short = short_names.size() >= 2;  // ann_1 and ann_2 are of ann
  for (TableFile &f : tables) {
    const std::string stem = fs::path(f.path).stem().string();
    f.folder = are_short ? class_of_stem(stem) : stem;
  }
  const std::set<std::string> &names = are_short ? short_names : stems;
  intake.say(
      fmt::format("each file is a group, a person or session ({}): split.by = \"group\" keeps it on one side",
                  few_of({names.begin(), names.end()})));
}

}  // namespace

void cut_tables(Intake &intake, const std::string &where) {
  std::vector<TableFile> &tables = intake.tables();
  if (tables.empty() || (intake.label_book().is_empty() && cut_examples(intake, where))) return;
  TablePart *part = intake.part();
  ColumnRoles roles;
  if (part && part->roles)
    roles = *part->roles;
  else
    roles = judge_columns(tables, intake.options(), where);
  if (part) part->roles = roles;
  if (roles.index_of(ColumnRole::kLabel) < 0 && intake.label_book().is_empty() && !intake.stream())
    intake.say_labels(where);
  for (const std::string &said : roles.said) intake.say(said);
  for (const Finding &f : roles.findings)
    if (f.severity == Severity::kError && !intake.keeps_going()) Intake::fail(f.where, f.message);
  if (roles.index_of(ColumnRole::kLabel) >= 0 && roles.index_of(ColumnRole::kGroup) < 0) name_persons(intake);
  Cutter cutter(intake, roles);
  if (!intake.label_book().is_empty()) cutter.find_units(tables);
  for (TableFile &f : tables) {
    IntakeState before = intake.state();
    try {
      cutter.cut(f);
    } catch (const Error &e) {
      intake.restore(std::move(before));
      intake.take_error(e, f.path);
    }
    f = {};
  }
  cutter.report();
  intake.finish_alike();
  intake.set().findings.insert(intake.set().findings.end(), roles.findings.begin(), roles.findings.end());
}

}  // namespace mote
