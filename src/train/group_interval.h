// 95 % intervals of a share whose trials come in groups: windows of one person, or of one recording.
#pragma once

#include <string>
#include <vector>

#include "mote/evaluate.h"

namespace mote {

// Of one group: windows, and the sum of what is averaged over all windows (1 for each right answer; of a
// difference -1, 0 or 1).
struct GroupSum {
  double windows = 0, sum = 0;
};
struct GroupInterval {
  Interval ends;
  IntervalMethod method = IntervalMethod::kNone;
};

// Of sum / windows over all groups, each window's value 0 or 1. Numerics: double; resampling draws from a
// seed of its own, so the same groups have the same interval on every run. Never narrower than Wilson's over
// windows. Source: Efron, Better bootstrap confidence intervals, JASA 82 (1987), eq. 6.8; the expansion for
// few groups is Hesterberg's, The American Statistician 69 (2015), section 5.1. Which method when: decision
// 0031.
GroupInterval share_interval(const std::vector<GroupSum> &groups);
// Of a mean of differences in -1 .. 1 between two answers to the same windows. Where each window stands for
// itself: Agresti and Min, Statistics in Medicine 24 (2005), half a window added to each cell.
GroupInterval difference_interval(const std::vector<GroupSum> &groups);

// The t that a Student variable of so many degrees of freedom stays below with this probability, from the
// finite series for whole degrees (Abramowitz and Stegun 26.7.3-4). 0.5 < probability < 1.
double student_quantile(double probability, size_t degrees);

// "5 groups, which are few": what an interval of this method is over.
std::string over_groups(const WindowGroups &groups, size_t count, IntervalMethod method);

}  // namespace mote
