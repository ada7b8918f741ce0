// From tables whose columns are understood to recordings: where one ends, what its class and group are, its
// clock.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/lists.h"
#include "base/median.h"
#include "data/clock_check.h"
#include "data/intake.h"

namespace mote {

namespace {

constexpr size_t kFewestExampleColumns = 24;  // of a row that is taken as an example without being told

struct FileColumns {
  std::vector<size_t> channels;
  int time = -1, date = -1, index = -1, group = -1, label = -1, recording = -1;
};

// -1: there is none.
int place_of(const std::vector<std::string> &names, const std::string &name) {
  const size_t place = place_in(names, name);
  if (place == names.size()) return -1;
  return place;
}
// One that a setting names.
int column_named(const TableFile &f, const std::string &name) {
  const int at = place_of(f.columns, name);
  if (at < 0)
    Intake::fail(f.path, fmt::format("has no column '{}'", name),
                 fmt::format("its columns are {}", few_of(f.columns)));
  return at;
}

FileColumns columns_of(const TableFile &f, const ColumnRoles &roles, const LoadOptions &o) {
  FileColumns found;
  const bool is_by_place = !f.has_header && f.columns.size() == roles.names.size();
  for (size_t r = 0; r < roles.names.size(); ++r) {
    int at = r;
    if (!is_by_place) at = place_of(f.columns, roles.names[r]);
    if (at < 0) continue;
    switch (roles.roles[r]) {
      case ColumnRole::kTime:
        found.time = at;
        break;
      case ColumnRole::kDate:
        found.date = at;
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
  if (!o.channels.empty()) {
    for (const std::string &name : o.channels) found.channels.push_back(column_named(f, name));
    return found;
  }
  for (size_t c = 0; c < f.columns.size(); ++c) {  // in the file's order
    int r = c;
    if (!is_by_place) r = place_of(roles.names, f.columns[c]);
    if (r < 0 || roles.roles[r] == ColumnRole::kChannel) found.channels.push_back(c);
  }
  if (found.channels.empty())
    Intake::fail(f.path, "has no channel columns: in none of them are there plain numbers of a sensor",
                 fmt::format("its columns are {}; name some in data.channels", few_of(f.columns)));
  return found;
}

// Where the recordings of a file begin; the last entry is its end.
std::vector<size_t> starts_of(const TableFile &f, const FileColumns &c, const std::vector<double> &times,
                              size_t &restarts) {
  std::vector<size_t> starts;
  const auto changes = [&](int column, size_t r) {
    return column >= 0 && f.at(r, column) != f.at(r - 1, column);
  };
  for (size_t r = 0; r < f.rows.size(); ++r) {
    bool starts_here = r == 0 || f.rows[r].starts_recording || changes(c.group, r) || changes(c.label, r) ||
                       changes(c.recording, r);
    if (!starts_here && !times.empty() && times[r] < times[r - 1] && times[r] <= times[starts.back()]) {
      ++restarts;
      starts_here = true;
    }
    if (starts_here) starts.push_back(r);
  }
  starts.push_back(f.rows.size());
  return starts;
}

// In the unit of the column; empty where nothing counts.
std::vector<double> times_of(const TableFile &f, const FileColumns &c) {
  const int column = c.time >= 0 ? c.time : c.index;
  if (column < 0) return {};
  std::vector<double> times(f.rows.size());
  double midnights = 0, wraps = 0, step = 0;
  const bool is_clock = f.kinds[column] == CellKind::kClock;
  for (size_t r = 0; r < times.size(); ++r) {
    times[r] = f.at(r, column);
    if (is_clock && c.date >= 0) times[r] += f.at(r, c.date);
    if (is_clock && c.date < 0) {  // after 23:59:59 comes the next day
      if (r > 0 && times[r] + midnights < times[r - 1] - 43200) midnights += 86400;
      times[r] += midnights;
    }
    if (is_clock) continue;
    // a counter of 8, 16 or 32 bits that overflows goes on by its usual step; of 8 bits, one that comes back
    // to where the file began looks like recordings of 256 rows
    if (r > 0 && step > 0 && times[r] + wraps < times[r - 1])
      for (const double range : {0x1p8, 0x1p16, 0x1p32})
        if ((range > 0x1p8 || times[r] != times[0]) && times[r] < range &&
            std::fabs(times[r] + wraps + range - times[r - 1] - step) <= 0.5 * step) {
          wraps += range;
          break;
        }
    times[r] += wraps;
    if (r > 0 && times[r] > times[r - 1]) step = times[r] - times[r - 1];
    if (r > 0 && times[r] < times[r - 1]) {  // it starts anew
      times[r] -= wraps;
      wraps = 0;
    }
  }
  return times;
}

class Cutter {
 public:
  Cutter(Intake &intake, const ColumnRoles &roles) : intake_(intake), o_(intake.options()), roles_(roles) {}

  void cut(TableFile &f) {
    FileColumns c = columns_of(f, roles_, o_);
    if (intake_.intervals()) return cut_by_intervals(f, c, *intake_.intervals());
    if (f.label.empty() && c.label < 0 && !o_.model)
      Intake::fail(f.path, "gives no class: it lies in no folder",
                   "name the file after its class or put it into a folder of that name");
    check_channels(f, c);
    const std::vector<double> times = times_of(f, c);
    size_t restarts = 0;
    const std::vector<size_t> starts = starts_of(f, c, times, restarts);
    if (restarts * 2 > f.rows.size())
      Intake::fail(f.path, "time falls in nearly every row: is its newest row the first?",
                   "sort the rows by time, or leave the column out with data.drop_columns");
    if (restarts > 0 && ++files_that_restart_ == 1)
      first_restart_ = fmt::format("{}: time starts anew {} time{}: {} recordings", f.path, restarts,
                                   restarts == 1 ? "" : "s", starts.size() - 1);
    ClockCheck clock;
    for (size_t k = 0; k + 1 < starts.size(); ++k) cut_stretch(f, c, times, starts[k], starts[k + 1], clock);
    if (c.time >= 0) clock.report(intake_, f.path);
  }

  // What was counted over all files, when they are cut.
  void report() {
    if (const size_t more = files_that_restart_ - 1; files_that_restart_ > 0)
      intake_.say(first_restart_ +
                  (more == 0 ? "" : fmt::format("; and so in {} more file{}", more, more == 1 ? "" : "s")));
    if (rows_left_out_ > 0)
      intake_.say(fmt::format("{} of {} rows are in no interval and left out (data.intervals)",
                              rows_left_out_, rows_));
  }

 private:
  void check_channels(const TableFile &f, FileColumns &c) {
    std::vector<std::string> names;
    for (size_t channel : c.channels)
      names.push_back(f.columns[channel].empty() ? fmt::format("c{}", channel) : f.columns[channel]);
    intake_.check_columns(names, c.channels, f.has_header, f.path);
  }

  void cut_by_intervals(TableFile &f, FileColumns &c, const Intervals &intervals) {
    const std::string stem = without_join_word(fs::path(f.path).stem().string(), o_.join);
    const std::vector<RowInterval> &list = intervals.of(stem);
    if (list.empty()) {
      intake_.add_alike("no interval", f.path,
                        fmt::format("is left out: no row of {} is of it (data.intervals)", intervals.path()));
      return;
    }
    check_channels(f, c);
    c.label = c.group = -1;  // the intervals say both
    const std::vector<double> times = times_of(f, c);
    std::vector<bool> is_covered(f.rows.size());
    ClockCheck clock;
    for (const RowInterval &i : list) {
      if (i.to > f.rows.size())
        Intake::fail(at_line(intervals.path(), i.line),
                     fmt::format("ends at row {} of {}, which has {}",
                                 i.to - (intervals.counts_from_zero() ? 1 : 0), f.path, f.rows.size()));
      f.label = i.label;
      if (intervals.has_groups()) f.folder = i.group;
      cut_stretch(f, c, times, i.from, i.to, clock);
      std::fill(is_covered.begin() + i.from, is_covered.begin() + i.to, true);
    }
    rows_ += f.rows.size();
    rows_left_out_ += std::count(is_covered.begin(), is_covered.end(), false);
    if (c.time >= 0) clock.report(intake_, f.path);
  }

  void cut_stretch(const TableFile &f, const FileColumns &c, const std::vector<double> &times, size_t start,
                   size_t end, ClockCheck &clock) {
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
      for (size_t i = from; i < to; ++i)
        for (size_t channel : c.channels) r.values.push_back(f.at(i, channel));
      if (c.time < 0) {
        intake_.add_recording(std::move(r));
        continue;
      }
      const std::vector<double> own(times.begin() + from, times.begin() + to);
      clock.add(own, roles_.time_unit_s, r.first_line);
      if (o_.is_resampled)
        add_resampled(std::move(r), own, c.channels.size());
      else
        intake_.add_recording(std::move(r));
    }
  }

  // Cut where rows are missing; what lies between is not invented.
  void add_resampled(Recording whole, const std::vector<double> &times, size_t width) {
    if (!(o_.rate_hz > 0))
      Intake::fail(whole.file, "cannot be resampled: onto which rate?", "set data.rate_hz");
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
                  0,           resampled(own, values, width, o_.rate_hz * roles_.time_unit_s)};
      r.first_line += from;
      r.rows = r.values.size() / width;
      intake_.add_recording(std::move(r));
      from = to;
    }
  }

  Intake &intake_;
  const LoadOptions &o_;
  const ColumnRoles &roles_;
  size_t rows_ = 0, rows_left_out_ = 0;  // of files that are cut by intervals
  size_t files_that_restart_ = 0;
  std::string first_restart_;
};

// The first or last column of a table without header that holds classes, where each row is an example; or -1.
int example_label(const TableFile &f) {
  const size_t n = f.columns.size(), rows = f.rows.size();
  if (f.has_header || n < kFewestExampleColumns || rows < 4) return -1;
  for (const size_t c : {size_t{0}, n - 1}) {
    std::set<double> values;
    size_t changes = 0;
    bool is_integer = true;
    for (size_t r = 0; r < rows && is_integer && values.size() <= 100; ++r) {
      values.insert(f.at(r, c));
      is_integer = f.at(r, c) == std::floor(f.at(r, c)) && std::fabs(f.at(r, c)) < 1e4;
      changes += r > 0 && f.at(r, c) != f.at(r - 1, c);
    }
    const bool is_label =
        is_integer && values.size() >= 2 && values.size() <= 100 && values.size() * 2 <= rows;
    // sorted by class, only a long row is sure to be an example
    if (is_label && (changes * 8 >= rows || n >= 60)) return c;
  }
  return -1;
}

void take_examples(Intake &intake, const TableFile &f, int label) {
  const LoadOptions &o = intake.options();
  std::vector<size_t> features;
  for (size_t c = 0; c < f.columns.size(); ++c) {
    const bool is_dropped =
        std::find(o.drop_columns.begin(), o.drop_columns.end(), f.columns[c]) != o.drop_columns.end();
    const bool is_chosen = o.channels.empty() ||
                           std::find(o.channels.begin(), o.channels.end(), f.columns[c]) != o.channels.end();
    if (!std::cmp_equal(c, label) && f.kinds[c] == CellKind::kNumber && !is_dropped && is_chosen &&
        f.columns[c] != o.group_column && !f.columns[c].empty())
      features.push_back(c);
  }
  if (features.empty()) Intake::fail(f.path, "has no column of features");
  intake.check_channels({"c0"}, false, f.path);
  intake.set().is_features = f.has_header;  // rows of the UCR archive are stretches of time
  const int group = place_of(f.columns, o.group_column);
  for (size_t r = 0; r < f.rows.size(); ++r) {
    size_t length = features.size();
    while (!f.has_header && length > 0 && std::isnan(f.at(r, features[length - 1])))
      --length;  // shorter ones are filled up
    if (length == 0) continue;
    Recording rec{label >= 0 ? f.text(r, label) : f.label,
                  f.path,
                  group >= 0 ? f.text(r, group) : f.part,
                  f.rows[r].line,
                  0,
                  {}};
    rec.rows = length;
    for (size_t k = 0; k < length; ++k) rec.values.push_back(f.at(r, features[k]));
    intake.add_recording(std::move(rec));
  }
}

// 2 where every cell is a class of the model, 1 where every one is an integer, which could be one, else 0.
int class_likeness(const ForModel &model, const TableFile &f, size_t column) {
  bool is_known = true, is_integer = true;
  for (size_t r = 0; r < f.rows.size() && (is_known || is_integer); ++r) {
    const std::string text = f.text(r, column);
    is_known = is_known && std::find(model.labels.begin(), model.labels.end(), text) != model.labels.end();
    is_integer = is_integer && f.at(r, column) == std::floor(f.at(r, column));
  }
  return is_known ? 2 : is_integer ? 1 : 0;
}

// For a model of one channel a table as wide as its window holds examples, with one column more their classes
// too: the first or last, if all in it are integers. Empty where it is no such table.
std::vector<int> labels_of_wide_tables(const ForModel &model, const std::vector<TableFile> &tables) {
  std::vector<int> labels;
  if (model.channels != 1 || model.window < 2) return labels;
  for (const TableFile &f : tables) {
    const size_t n = f.columns.size(), wide = model.window;
    if (f.has_header || (n != wide && n != wide + 1)) return {};
    int label = -1, best = 0;
    for (const size_t c : {size_t{0}, n - 1}) {
      const int likely = n == wide + 1 ? class_likeness(model, f, c) : 0;
      if (likely > best) {
        label = c;
        best = likely;
      }
    }
    if (n > wide && label < 0) return {};
    labels.push_back(label);
  }
  return labels;
}

// The label of each file, where rows are examples by setting or by what any of the files shows; else empty.
std::vector<int> example_labels(const Intake &intake, const std::vector<TableFile> &tables) {
  const LoadOptions &o = intake.options();
  if (o.model && o.rows == RowsAre::kAuto && o.channels.empty())
    if (const std::vector<int> labels = labels_of_wide_tables(*o.model, tables); !labels.empty())
      return labels;
  int shown = -1;
  for (const TableFile &f : tables) shown = std::max(shown, example_label(f));
  const bool is_told = o.rows == RowsAre::kExamples;
  if (!is_told &&
      (o.rows == RowsAre::kSamples || !o.channels.empty() || !o.label_column.empty() || shown < 0))
    return {};
  std::vector<int> labels;
  for (const TableFile &f : tables) {
    // a small file of the same width may hold one class only
    if (!is_told && (f.has_header || f.columns.size() != tables[0].columns.size())) return {};
    const bool may_lack_it = o.model && place_of(f.columns, o.label_column) < 0;
    labels.push_back(o.label_column.empty() ? shown : may_lack_it ? -1 : column_named(f, o.label_column));
  }
  return labels;
}

// True if the rows of these tables are examples.
bool cut_examples(Intake &intake, const std::string &where) {
  const std::vector<int> labels = example_labels(intake, intake.tables());
  if (labels.empty()) return false;
  for (size_t i = 0; i < labels.size(); ++i) {
    const TableFile &f = intake.tables()[i];
    if (labels[i] >= 0)
      intake.say(fmt::format(
          "each row is an example and its class is in the {} column (data.rows = \"samples\" if not)",
          labels[i] == 0                           ? "first"
          : labels[i] + 1 == std::ssize(f.columns) ? "last"
                                                   : "label"));
    else
      intake.say_labels(where);
    take_examples(intake, f, labels[i]);
  }
  return true;
}

}  // namespace

void cut_tables(Intake &intake, const std::string &where) {
  std::vector<TableFile> &tables = intake.tables();
  if (tables.empty() || (!intake.intervals() && cut_examples(intake, where))) return;
  const ColumnRoles roles = judge_columns(tables, intake.options(), where);
  if (roles.index_of(ColumnRole::kLabel) < 0 && !intake.intervals()) intake.say_labels(where);
  for (const std::string &said : roles.said) intake.say(said);
  for (const Finding &f : roles.findings)
    if (f.severity == Severity::kError && !intake.keeps_going()) Intake::fail(f.where, f.message);
  Cutter cutter(intake, roles);
  for (TableFile &f : tables) {
    try {
      cutter.cut(f);
    } catch (const Error &e) {
      if (!intake.keeps_going()) throw;
      intake.add(Severity::kError, e.where(), e.message());
    }
    f = {};
  }
  cutter.report();
  intake.finish_alike();
  for (const Finding &f : roles.findings) intake.add(f.severity, f.where, f.message);
}

}  // namespace mote
