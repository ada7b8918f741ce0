// What the values of a column do, over all recordings of all files: what columns.cpp judges before it looks
// at names.
#pragma once

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "data/columns.h"

namespace mote {

// The share of steps that must be near the usual one.
constexpr double kNearlyAll = 0.98;
// A column of more different values holds no classes.
constexpr size_t kMostLabels = 200;

// How a column runs, over all recordings of all files.
struct ColumnCourse {
  size_t steps = 0, rising = 0, restarts = 0, changes = 0, rows = 0, longest = 0;
  size_t equal = 0, multiples = 0;    // of steps near the usual one of their file, and near a multiple of it
  size_t staying = 0;                 // of steps that are 0
  size_t overflows = 0, cut_off = 0;  // steps from 255 to 0; files that do not end with 255
  size_t pairs = 0, falling = 0;  // rows next to each other in a file; of these, with the smaller one later
  double median = 0, low = INFINITY, high = -INFINITY;
  double tick = 0;  // the median of the steps that are not 0
  bool is_integer = true, has_text = false, has_moment = false, is_only_empty = true;
  std::set<double> values;  // the different ones, up to kMostLabels + 1

  // It counts: up by nearly the same step all the time, or back to where it began.
  bool is_regular() const {
    return steps > 0 && median > 0 && equal >= kNearlyAll * steps && restarts * 4 <= steps;
  }
  // It counts, and rows are missing here and there: up by multiples of one step, mostly by that step itself.
  bool counts() const {
    constexpr double kMostly = 0.8;
    return is_regular() || (only_rises() && staying == 0 && restarts * 4 <= steps &&
                            multiples >= kNearlyAll * steps && equal >= kMostly * steps);
  }
  bool only_falls() const { return pairs > 0 && falling >= kNearlyAll * pairs; }
  bool only_rises() const { return steps > 0 && rising == steps && median > 0; }
};

// `names`: of all columns, in the order of the first file.
ColumnCourse course_of(const std::vector<TableFile> &files, const std::string &name,
                       const std::vector<std::string> &names);

// In seconds, that of a clock with such steps and values; 0: it counts by 1.
double unit_by_steps(const ColumnCourse &course);

}  // namespace mote
