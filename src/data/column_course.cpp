// One pass over a column of all tables, and its steps from row to row kept aside for their medians: files may
// be of unlike rates.
//
// Judges nothing: columns.cpp.
#include "data/column_course.h"

#include <algorithm>

#include "base/lists.h"
#include "base/median.h"

namespace mote {

namespace {

constexpr double kMostOf8Bits = 255;

// Steps beside the usual one of their file.
void compare_steps(const std::vector<double> &steps, ColumnCourse &course) {
  constexpr double kNearEqual = 0.5, kNearMultiple = 0.25;
  if (steps.empty()) return;
  const double usual = median(steps);
  if (!(usual > 0)) return;
  for (const double step : steps) {
    const double times = step / usual;
    course.equal += std::fabs(times - 1) <= kNearEqual;
    course.multiples += times >= 1 - kNearMultiple && std::fabs(times - std::round(times)) <= kNearMultiple;
  }
}

}  // namespace

double unit_by_steps(const ColumnCourse &course) {
  // seconds, milli-, micro- or nanoseconds since 1970
  for (const auto &[low, unit] : {std::pair(1e17, 1e-9), {1e14, 1e-6}, {1e11, 1e-3}})
    if (course.low > low && course.low < low * 1e2) return unit;
  if (course.low > 5e8 && course.low < 1e10 && course.tick < 100) return 1;
  if (!course.is_integer) return course.tick < 10 ? 1 : 1e-3;
  if (course.tick <= 1) return 0;
  return course.tick < 2e3 ? 1e-3 : course.tick < 2e6 ? 1e-6 : 1e-9;
}

ColumnCourse course_of(const std::vector<TableFile> &files, const std::string &name,
                       const std::vector<std::string> &names) {
  ColumnCourse course;
  std::vector<double> steps;
  for (const TableFile &f : files) {
    size_t c = place_in(f.columns, name);
    // a file without names has those of the others
    if (c == f.columns.size() && !f.has_header && c == names.size()) c = place_in(names, name);
    if (c >= f.columns.size()) continue;
    course.has_text |= f.kinds[c] == CellKind::kText;
    course.has_moment |=
        f.kinds[c] == CellKind::kDate || f.kinds[c] == CellKind::kClock || f.kinds[c] == CellKind::kDateTime;
    course.is_only_empty &= f.kinds[c] == CellKind::kEmpty;
    if (f.kinds[c] == CellKind::kText || f.kinds[c] == CellKind::kEmpty) continue;
    size_t start = 0;
    const size_t first_step = steps.size();
    for (size_t r = 0; r < f.rows.size(); ++r) {
      const double v = f.at(r, c);
      if (f.rows[r].starts_recording) start = r;
      course.longest = std::max(course.longest, r + 1 - start);
      ++course.rows;
      course.low = std::fmin(course.low, v);
      course.high = std::fmax(course.high, v);
      course.is_integer &= v == std::floor(v);
      if (course.values.size() <= kMostLabels) course.values.insert(v);
      course.changes += r > 0 && v != f.at(r - 1, c);
      course.overflows += r > 0 && v == 0 && f.at(r - 1, c) == kMostOf8Bits;
      if (r > 0 && !f.rows[r].starts_recording) {
        ++course.pairs;
        course.falling += v < f.at(r - 1, c);
      }
      if (r == start || !std::isfinite(v)) continue;
      const double step = v - f.at(r - 1, c);
      if (step < 0 && v <= f.at(start, c)) {  // back to the beginning
        ++course.restarts;
        start = r;
        continue;
      }
      steps.push_back(step);
      course.rising += step >= 0;
      course.staying += step == 0;
    }
    course.cut_off += !f.rows.empty() && f.at(f.rows.size() - 1, c) != kMostOf8Bits;
    compare_steps({steps.begin() + first_step, steps.end()}, course);
  }
  course.steps = steps.size();
  if (steps.empty()) return course;
  course.median = median(steps);
  std::erase(steps, 0.0);
  if (!steps.empty()) course.tick = median(std::move(steps));
  return course;
}

}  // namespace mote
