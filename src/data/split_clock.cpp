// Tries every column as the whole of another, with the numbers that a unit is divided by; what fits nearly
// all falls of the finer one is it.
//
// Which columns are asked about is decided in columns.cpp.
#include "data/split_clock.h"

#include <algorithm>
#include <cmath>

#include "base/median.h"
#include "data/column_names.h"

namespace mote {

namespace {

constexpr double kMostSteps = 3;    // over a fall, of the usual step: no gap
constexpr double kNearlyAll = 0.9;  // of the falls

// Two columns of one file, row by row.
struct Pairs {
  const TableFile &file;
  int fine, whole;
  template <class Visit>
  void each_step(Visit visit) const {
    for (size_t r = 1; r < file.rows.size(); ++r)
      if (!file.rows[r].starts_recording)
        visit(file.at(r, fine) - file.at(r - 1, fine), file.at(r, whole) - file.at(r - 1, whole));
  }
};

std::vector<Pairs> pairs_of(const std::vector<TableFile> &files, const std::string &fine,
                            const std::string &whole) {
  std::vector<Pairs> pairs;
  for (const TableFile &f : files) {
    const Pairs p{f, f.place_of(fine), f.place_of(whole)};
    const auto is_number = [&](int column) { return column >= 0 && f.kinds[column] == CellKind::kNumber; };
    if (!is_number(p.fine) || !is_number(p.whole)) return {};
    pairs.push_back(p);
  }
  return pairs;
}

// How many of the finer make one of the whole; 0: it is not its whole.
double parts_of_whole(const std::vector<Pairs> &pairs, size_t fewest_falls) {
  std::vector<double> rises;
  size_t falls = 0, lonely = 0;  // lonely: the whole changes and nothing falls
  for (const Pairs &p : pairs)
    p.each_step([&](double fine, double whole) {
      if (fine > 0) rises.push_back(fine);
      falls += fine < 0;
      lonely += fine >= 0 && whole != 0;
    });
  if (falls < fewest_falls || rises.empty() || lonely * 10 > falls) return 0;
  const double usual = median(std::move(rises));
  for (const double parts : {10.0, 60.0, 100.0, 1e3, 1e6, 1e9}) {
    size_t even = 0;
    for (const Pairs &p : pairs)
      p.each_step([&](double fine, double whole) {
        // a whole that falls itself has gone on by one of the next larger unit
        const double step = fine + parts * (whole < 0 ? 1 : whole);
        even += fine < 0 && whole != 0 && step > 0 && step <= kMostSteps * usual;
      });
    if (even >= kNearlyAll * falls) return parts;
  }
  return 0;
}

bool is_named_like_part(const std::string &name) {
  if (is_recording_name(name) || is_index_name(name)) return false;
  const std::string text = lower(name);
  const auto has = [&](const char *word) { return text.find(word) != std::string::npos; };
  return is_time_name(name) || has("sec") || has("min") || has("hour") || has("stamp") || has("time") ||
         has("date") || has("day");
}

}  // namespace

std::optional<SplitClock> find_split_clock(const std::vector<TableFile> &files, const std::string &fine,
                                           const std::vector<std::string> &others) {
  SplitClock clock;
  std::string last = fine;
  double parts = 1;
  const auto find_whole = [&] {
    for (const std::string &name : others) {
      const auto is_it = [&](const ClockWhole &w) { return w.column == name; };
      if (name == fine || std::any_of(clock.wholes.begin(), clock.wholes.end(), is_it)) continue;
      if (!is_named_like_part(name)) continue;
      const double found = parts_of_whole(pairs_of(files, last, name), clock.wholes.empty() ? 2 : 1);
      if (found == 0) continue;
      parts *= found;
      if (clock.wholes.empty()) {
        const double unit = time_unit_of(name);
        clock.unit_s = (unit > 0 ? unit : found == 60 ? 60 : 1) / found;
      }
      clock.wholes.push_back({name, parts});
      last = name;
      return true;
    }
    return false;
  };
  while (find_whole()) continue;
  if (clock.wholes.empty()) return {};
  return clock;
}

}  // namespace mote
