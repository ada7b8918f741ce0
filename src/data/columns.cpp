// Judges what each column means, over all recordings of all files: first what its values do (steady
// steps, constants, few integers), then what its name says.
//
// Decides nothing about rows; where recordings end is cut_tables.cpp. Each judgement is kept as a
// sentence for the user.
#include "data/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/lists.h"
#include "base/text.h"
#include "data/column_course.h"
#include "data/column_names.h"
#include "data/intake.h"
#include "data/layout.h"
#include "data/split_clock.h"

namespace mote {

namespace {

// Below so many rows in the longest recording, equal steps are no evidence of a clock.
constexpr int kFewestRows = 16;

class Judge {
 public:
  Judge(const std::vector<TableFile> &files, const LoadOptions &options, std::string where)
      : files_(files), o_(options), where_(std::move(where)) {}

  ColumnRoles judge() {
    collect_names();
    out_.roles.assign(out_.names.size(), ColumnRole::kChannel);
    is_decided_.assign(out_.names.size(), false);
    for (const std::string &name : out_.names) courses_.push_back(course_of(files_, name, out_.names));
    take_settings();
    for (size_t c = 0; c < out_.names.size(); ++c)
      if (!is_decided_[c]) judge_column(c);
    choose_label();
    name_numeric_labels();
    if (!find_wholes()) choose_unit();
    return std::move(out_);
  }

 private:
  void collect_names() {
    // named columns first; a file without names counts where no file has any
    for (const bool wants_header : {true, false}) {
      for (const TableFile &f : files_)
        if (f.has_header == wants_header)
          for (const std::string &name : f.columns)
            if (known_.insert(name).second) out_.names.push_back(name);
      if (!out_.names.empty()) return;
    }
  }

  std::string shown(size_t c) const {
    return out_.names[c].empty() ? "the column without a name" : fmt::format("column '{}'", out_.names[c]);
  }
  void say(size_t c, const std::string &what) { out_.said.push_back(shown(c) + " " + what); }
  void warn(size_t c, const std::string &what) {
    out_.findings.push_back({Severity::kWarning, where_, shown(c) + " " + what});
  }
  void decide(size_t c, ColumnRole role) {
    out_.roles[c] = role;
    is_decided_[c] = true;
  }

  void take(const std::string &name, ColumnRole role) {
    if (name.empty()) return;
    const size_t c = place_in(out_.names, name);
    if (c == out_.names.size())
      throw Error(ErrorCode::kDataFormat, files_.empty() ? where_ : files_[0].path,
                  fmt::format("has no column '{}'", name),
                  fmt::format("its columns are {}", few_of(out_.names)));
    decide(c, role);
  }

  void take_settings() {
    for (const std::string &name : o_.channels) take(name, ColumnRole::kChannel);
    if (!o_.channels.empty())
      for (size_t c = 0; c < out_.names.size(); ++c)
        if (!is_decided_[c] && !is_clock(c)) decide(c, ColumnRole::kUnused);
    for (const auto &[name, role] :
         {std::pair(&o_.group_column, ColumnRole::kGroup), std::pair(&o_.label_column, ColumnRole::kLabel),
          std::pair(&o_.id_column, ColumnRole::kRecording), std::pair(&o_.time_column, ColumnRole::kTime)})
      if (!o_.model || known_.count(*name)) take(*name, role);  // files for a model need not have them
    for (const std::string &name : o_.drop_columns)
      if (known_.count(name)) decide(place_in(out_.names, name), ColumnRole::kUnused);
    if (!o_.model && !o_.drop_columns.empty() &&
        std::none_of(o_.drop_columns.begin(), o_.drop_columns.end(),
                     [&](auto &n) { return known_.count(n) > 0; }))
      take(o_.drop_columns.front(), ColumnRole::kUnused);  // says what there is
  }

  bool is_clock(size_t c) const { return courses_[c].has_moment || is_time_name(out_.names[c]); }
  bool has(ColumnRole role) const { return out_.index_of(role) >= 0; }

  // Many rows in a row have one time of it, and few of the other.
  bool is_coarser(size_t time, size_t other) const {
    constexpr double kCoarse = 0.1;
    const ColumnCourse &a = courses_[time], &b = courses_[other];
    return a.staying > kCoarse * a.steps && b.steps > 0 && b.staying * a.steps < a.staying * b.steps / 2;
  }

  // A second clock is no channel either; of two, the finer one is the time.
  void take_time(size_t c, const std::string &why) {
    const int taken = out_.index_of(ColumnRole::kTime);
    if (taken >= 0 && out_.names[taken] != o_.time_column && is_coarser(taken, c)) {
      decide(taken, ColumnRole::kUnused);
      decide(c, ColumnRole::kTime);
      return say(c, fmt::format("{} and is taken as time, not as a channel: it is finer than '{}'", why,
                                out_.names[taken]));
    }
    if (has(ColumnRole::kTime)) {
      decide(c, ColumnRole::kUnused);
      return say(c, fmt::format("{} and is not used: the time is that of '{}'", why,
                                out_.names[out_.index_of(ColumnRole::kTime)]));
    }
    decide(c, ColumnRole::kTime);
    say(c, why + " and is taken as time, not as a channel");
  }

  void judge_column(size_t c) {
    const ColumnCourse &course = courses_[c];
    const std::string &name = out_.names[c];
    if (course.is_only_empty || (course.rows == 0 && !course.has_text)) {
      decide(c, ColumnRole::kUnused);
      return say(c, "is empty");
    }
    if (course.has_moment) return judge_moment(c);
    if (course.has_text) return judge_text(c);
    if (is_time_name(name)) return take_time(c, "is named like a clock");
    if (is_index_name(name) && (course.counts() || course.longest < 3)) return take_index(c);
    if (is_label_name(name) && course.is_integer && course.values.size() <= 50) return propose_label(c);
    if (is_group_name(name) && course.is_integer && !has(ColumnRole::kGroup)) {
      decide(c, ColumnRole::kGroup);
      return say(
          c, "is named like persons and is taken as the group of each recording (data.channels overrules)");
    }
    if (is_recording_name(name) && course.is_integer && !has(ColumnRole::kRecording)) {
      decide(c, ColumnRole::kRecording);
      return say(c, "numbers the recordings: they are cut where it changes (data.channels overrules)");
    }
    if (course.pairs >= kFewestRows && course.only_falls() && has_other_channel(c))
      return warn(c,
                  "falls in nearly every row; it stays a channel. If it counts down or says what is "
                  "left of time or power, name it in data.drop_columns");
    if (course.longest < kFewestRows || !has_other_channel(c)) {
      if (course.longest >= kFewestRows && course.counts() && out_.names.size() == 1)
        warn(c, fmt::format(
                    "is the only one and rises by about {:g} in every row: it is a channel, but looks like "
                    "a clock or a count. Where are the values of the sensor?",
                    course.median));
      else if (is_index_name(name))
        warn(c, "is a channel, though it is named like a count; data.drop_columns leaves it out");
      return;
    }
    if (course.counts() && is_quantity_name(name))
      return warn(
          c, fmt::format(
                 "rises by about {:g} in every row of every recording; by its name it stays a channel. If it "
                 "is a clock or a count, name it in data.time_column or data.drop_columns",
                 course.median));
    if (course.counts()) {
      const double unit = unit_by_steps(course);
      if (course.median == 1 || unit == 0) return take_index(c);
      return take_time(c, fmt::format("rises by about {:g} in every row of every recording", course.median));
    }
    if (course.only_rises())
      warn(c,
           "only rises in every recording; it stays a channel. If it is a count or a clock, name it in "
           "data.drop_columns or data.time_column");
    else if (is_index_name(name))
      warn(c, "is a channel, though it is named like a count; data.drop_columns leaves it out");
  }

  // A set whose only channel is a ramp keeps it.
  bool has_other_channel(size_t c) const {
    for (size_t k = 0; k < out_.names.size(); ++k) {
      if (k == c || (is_decided_[k] && out_.roles[k] != ColumnRole::kChannel)) continue;
      if (courses_[k].has_text || courses_[k].has_moment || is_time_name(out_.names[k])) continue;
      if (!courses_[k].counts() && courses_[k].rows > 0) return true;
    }
    return false;
  }

  // From 0 to 255 again and again: recordings of 256 rows end with 255.
  void judge_overflow(size_t c) {
    const ColumnCourse &course = courses_[c];
    if (!course.is_integer || course.low != 0 || course.high != 255 || course.overflows == 0 ||
        course.restarts > course.overflows)
      return;
    out_.counts_8_bits = course.cut_off > 0;
    if (out_.counts_8_bits) return say(c, "is a counter of 8 bits: behind 255 it goes on with 0");
    if (o_.model) return;
    out_.findings.push_back(
        {Severity::kWarning, where_,
         fmt::format("does {} number the rows of recordings of 256 rows each, as taken, or is it a "
                     "counter of 8 bits that goes on? Then name it in data.drop_columns",
                     shown(c)),
         true});
  }

  void take_index(size_t c) {
    if (!has(ColumnRole::kIndex)) judge_overflow(c);
    decide(c, ColumnRole::kIndex);
    say(c, fmt::format("counts by {:g} and is taken as an index, not as a channel (data.channels overrules)",
                       courses_[c].median));
  }

  void judge_moment(size_t c) {
    bool is_date = true;
    for (const TableFile &f : files_)
      for (size_t k = 0; k < f.columns.size(); ++k)
        if (f.columns[k] == out_.names[c]) is_date &= f.kinds[k] == CellKind::kDate;
    if (!is_date) return take_time(c, "holds dates or times");
    // days beside a clock in another column
    decide(c, ColumnRole::kDate);
    say(c, "holds dates and is no channel");
  }

  std::set<std::string> words_of(size_t c) const {
    std::set<std::string> words;
    for (const TableFile &f : files_)
      for (size_t k = 0; k < f.columns.size(); ++k)
        if (f.columns[k] == out_.names[c] && k < f.words.size())
          words.insert(f.words[k].begin(), f.words[k].end());
    return words;
  }

  void judge_text(size_t c) {
    const std::string &name = out_.names[c];
    decide(c, ColumnRole::kUnused);
    if (is_group_name(name) && !has(ColumnRole::kGroup)) {
      decide(c, ColumnRole::kGroup);
      return say(c, "is named like persons and is taken as the group of each recording");
    }
    const auto words = words_of(c);
    constexpr size_t kMostNumberedLabels = 20;  // "1%" .. "5%" may be classes
    const size_t numbers = std::count_if(words.begin(), words.end(), is_like_number);
    if (words.size() > kMostNumberedLabels && numbers * 10 >= words.size() * 9) {
      const auto first = std::find_if(words.begin(), words.end(), is_like_number);
      out_.findings.push_back({Severity::kError, where_,
                               fmt::format("{} holds numbers in a form that is not read ('{}'): write plain "
                                           "ones, such as 1234.5, or name "
                                           "it in data.drop_columns",
                                           shown(c), printable(*first))});
      return;
    }
    if (words.size() >= 2 && words.size() <= kMostLabels) {
      label_candidates_.push_back(c);
      return;
    }
    say(c, words.size() == 1 ? fmt::format("holds only '{}' and is not used", printable(*words.begin()))
                             : fmt::format("holds {} different texts and is not used", words.size()));
  }

  void propose_label(size_t c) {
    decide(c, ColumnRole::kUnused);
    label_candidates_.push_back(c);
  }

  // Nearly every file holds several of its values: no name of a file or folder could say them.
  bool changes_within_files(size_t c) const {
    constexpr double kMost = 0.8;
    size_t changing = 0;
    for (const TableFile &f : files_) {
      const int k = f.place_of(out_.names[c]);
      bool changes = false;
      for (size_t r = 1; k >= 0 && r < f.rows.size() && !changes; ++r) changes = f.at(r, k) != f.at(0, k);
      changing += changes;
    }
    return changing >= 2 && changing >= kMost * files_.size();
  }

  // A column of classes is used where file names and folders give one class only, or could not give it.
  void choose_label() {
    std::set<std::string> named;
    for (const TableFile &f : files_) named.insert(printable(f.label));
    const std::vector<std::string> names(named.begin(), named.end());
    const bool is_free = o_.label_from == LabelFrom::kAuto && label_candidates_.size() == 1;
    for (size_t c : label_candidates_) {
      const auto words = words_of(c);
      std::vector<std::string> values(words.begin(), words.end());
      if (values.empty())
        for (double v : courses_[c].values) values.push_back(fmt::format("{:g}", v));
      for (std::string &v : values) v = printable(v);
      // names that are numbered only may be classes of several files each
      const bool are_numbered =
          !tell_apart(named) && (files_.size() == named.size() || is_label_name(out_.names[c]));
      const bool names_may = named.size() >= 2 && !are_numbered;
      const bool is_asked = names_may && is_label_name(out_.names[c]) && changes_within_files(c);
      if (!has(ColumnRole::kLabel) && is_free && (!names_may || is_asked)) {
        decide(c, ColumnRole::kLabel);
        say(c, fmt::format("is the label column ({}): {}", few_of(values),
                           named.size() < 2 ? "the files' names give one class only"
                           : is_asked       ? "it changes within nearly every file"
                                            : "the names of files or folders are numbered only"));
        if (is_asked && !o_.model)
          out_.findings.push_back(
              {Severity::kWarning, where_,
               fmt::format("are the classes {} ({}, as taken) or {} (the names of files or folders)? Set "
                           "data.label_column = \"{}\", or data.label_from",
                           few_of(values), shown(c), few_of(names), out_.names[c]),
               true});
        take_persons();
        continue;
      }
      if (has(ColumnRole::kLabel)) {
        say(c, fmt::format("holds {} and is not used", few_of(values)));
        continue;
      }
      warn(c, fmt::format("looks like a label column ({}) and is not used; if it holds the classes set "
                          "data.label_column = \"{}\", else data.drop_columns or data.channels",
                          few_of(values), out_.names[c]));
    }
  }

  // Few integers that stay for many rows, at either end of a row, may be classes: a person must say so.
  void name_numeric_labels() {
    constexpr size_t kMostClasses = 20, kFewestStays = 8;  // rows, on average
    if (has(ColumnRole::kLabel) || out_.names.size() < 2 || !o_.channels.empty()) return;
    for (const size_t c : {size_t{0}, out_.names.size() - 1}) {
      const ColumnCourse &course = courses_[c];
      if (is_decided_[c] || course.has_text || !course.is_integer || course.rows < 2 * kFewestRows ||
          course.low < 0 || course.values.size() < 2 || course.values.size() > kMostClasses ||
          course.changes * kFewestStays > course.rows || has_neighbour_like(c))
        continue;
      std::vector<std::string> values;
      for (double v : course.values) values.push_back(fmt::format("{:g}", v));
      warn(c,
           fmt::format(
               "is a channel, but holds few integers that stay for many rows ({}); if they are the classes "
               "set data.label_column = \"{}\", if it is no sensor data.drop_columns",
               few_of(values), out_.names[c]));
    }
  }
  // Others that are like it make it one of several coarse sensors.
  bool has_neighbour_like(size_t c) const {
    size_t integers = 0;
    for (size_t k = 0; k < out_.names.size(); ++k)
      integers += k != c && !courses_[k].has_text && courses_[k].is_integer &&
                  courses_[k].values.size() <= courses_[c].values.size();
    return integers > 0;
  }

  // Beside labels, an integer without name that stays for long numbers the persons (WISDM), and is no sensor.
  void take_persons() {
    for (size_t c = 0; c < out_.names.size(); ++c) {
      const ColumnCourse &course = courses_[c];
      const bool is_named = files_.empty() || files_[0].has_header;
      if (is_named || has(ColumnRole::kGroup) || is_decided_[c] || course.has_text || !course.is_integer ||
          course.rows < 2 * kFewestRows || course.low < 0 || course.changes * kFewestRows > course.rows)
        continue;
      decide(c, ColumnRole::kGroup);
      return say(
          c, "is an integer that stays for many rows: it is taken as the group (person) of each recording");
    }
  }

  // Seconds in one column and milliseconds in another are one clock.
  bool find_wholes() {
    int time = out_.index_of(ColumnRole::kTime);
    if (time < 0) time = out_.index_of(ColumnRole::kIndex);
    if (time < 0 || courses_[time].has_moment || !o_.time_column.empty()) return false;
    std::vector<std::string> others;
    for (size_t c = 0; c < out_.names.size(); ++c)
      if (place_in(o_.channels, out_.names[c]) == o_.channels.size()) others.push_back(out_.names[c]);
    const auto clock = find_split_clock(files_, out_.names[time], others);
    if (!clock) return false;
    std::vector<std::string> names;
    decide(time, ColumnRole::kTime);
    for (const ClockWhole &w : clock->wholes) {
      const size_t c = place_in(out_.names, w.column);
      decide(c, ColumnRole::kTimeWhole);
      const auto is_of_it = [&](const Finding &f) { return f.message.starts_with(shown(c) + " "); };
      std::erase_if(out_.findings, is_of_it);
      names.push_back("'" + w.column + "'");
    }
    say(time, fmt::format("begins anew where {} {} on: together they are the time", few_of(names),
                          names.size() == 1 ? "goes" : "go"));
    out_.wholes = clock->wholes;
    out_.time_unit_s = clock->unit_s;
    return true;
  }

  void choose_unit() {
    const int time = out_.index_of(ColumnRole::kTime);
    if (time < 0) return;
    const size_t c = time;
    const ColumnCourse &course = courses_[c];
    if (course.has_moment) {
      out_.time_unit_s = 1;
      return;
    }
    out_.time_unit_s = time_unit_of(out_.names[c]);
    for (const TableFile &f : files_)
      for (size_t k = 0; out_.time_unit_s == 0 && k < f.units.size(); ++k)
        if (f.columns[k] == out_.names[c]) out_.time_unit_s = time_unit_of("time " + f.units[k]);
    if (out_.time_unit_s > 0) return;
    if (!o_.time_column.empty() && course.low < 1e11) {
      out_.time_unit_s = 1;
      return say(c, "is taken to be in seconds, as nothing says its unit");
    }
    const std::string name = lower(out_.names[c]);
    out_.time_unit_s =
        name == "timestamp" && course.is_integer && course.low < 1e9 ? 1e-3 : unit_by_steps(course);
    if (out_.time_unit_s == 0) out_.time_unit_s = 1;
    const char *unit = out_.time_unit_s == 1      ? "seconds"
                       : out_.time_unit_s == 1e-3 ? "milliseconds"
                       : out_.time_unit_s == 1e-6 ? "microseconds"
                                                  : "nanoseconds";
    say(c, fmt::format("is taken to be in {}, judged by its {} of {:g} (data.rate_hz overrules)", unit,
                       course.tick > 0 ? "steps" : "values", course.tick > 0 ? course.tick : course.low));
  }

  const std::vector<TableFile> &files_;
  const LoadOptions &o_;
  std::string where_;
  ColumnRoles out_;
  std::set<std::string> known_;
  std::vector<bool> is_decided_;
  std::vector<ColumnCourse> courses_;
  std::vector<size_t> label_candidates_;
};

}  // namespace

int ColumnRoles::index_of(ColumnRole role) const {
  const size_t place = place_in(roles, role);
  if (place == roles.size()) return -1;
  return place;
}

ColumnRoles judge_columns(const std::vector<TableFile> &files, const LoadOptions &options,
                          const std::string &where) {
  return Judge(files, options, where).judge();
}

}  // namespace mote
