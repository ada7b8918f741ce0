// One pass over a column of all tables, and its steps from row to row kept aside for their median.
//
// Judges nothing: columns.cpp.
#include "data/column_course.h"

#include <algorithm>

#include "base/lists.h"
#include "base/median.h"

namespace mote {

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
      if (r == start || !std::isfinite(v)) continue;
      const double step = v - f.at(r - 1, c);
      if (step < 0 && v <= f.at(start, c)) {  // back to the beginning
        ++course.restarts;
        start = r;
        continue;
      }
      steps.push_back(step);
      course.rising += step >= 0;
    }
  }
  course.steps = steps.size();
  if (steps.empty()) return course;
  course.median = median(steps);
  for (double s : steps) course.equal += std::fabs(s - course.median) <= 0.5 * std::fabs(course.median);
  return course;
}

}  // namespace mote
