// A trigger as its words say it: all rows are kept, and each question is asked anew of all of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "mote/decision_rule.h"

namespace mote::test {

// A window that a trigger opened.
struct OpenedWindow {
  long first, last;  // rows, both included
  long onset;
};

// How loud each row is, in units of which 4096 are the threshold; whole ones, so that it can be compared.
inline std::vector<double> loudness(const DecisionRule &rule, const std::vector<float> &values,
                                    const std::vector<OpenedWindow> &opened) {
  const size_t channels = rule.onset.weights.size();
  std::vector<double> level(channels), loud;
  bool has_level = false;
  for (size_t row = 0; row < values.size() / channels; ++row) {
    bool is_inside = false;  // behind the onset: the level stands still
    for (const OpenedWindow &w : opened)
      is_inside |= std::cmp_greater(row, w.onset) && std::cmp_less_equal(row, w.last);
    double sum = 0;
    for (size_t c = 0; c < channels; ++c) {
      const float gain = rule.onset.weights[c] * 4096 / rule.onset.threshold;
      const double units = std::trunc(double{values[row * channels + c] * gain});
      if (rule.onset.level_shift != OnsetRule::kFixedLevel && !has_level) level[c] = 256 * units;
      sum += std::fabs(units - std::trunc(level[c] / 256));
      if (rule.onset.level_shift != OnsetRule::kFixedLevel && !is_inside)
        level[c] += std::trunc((256 * units - level[c]) / std::exp2(rule.onset.level_shift));
    }
    has_level = true;
    loud.push_back(sum);
  }
  return loud;
}

// A pre-roll is of rows that were not told of before, and that there are.
inline std::vector<OpenedWindow> opened_windows(const DecisionRule &rule, int window,
                                                const std::vector<float> &values) {
  std::vector<OpenedWindow> opened;
  const long rows = std::ssize(values) / std::ssize(rule.onset.weights);
  long quiet_until = 0;  // no onset before
  bool was_loud = false;
  for (long row = 0; row < rows; ++row) {
    if (!opened.empty() && row <= opened.back().last) continue;
    if (!opened.empty() && row == opened.back().last + 1) was_loud = true;
    const bool is_loud = loudness(rule, values, opened)[static_cast<size_t>(row)] >= 4096;
    if (is_loud && !was_loud && row >= quiet_until) {
      const long first = std::max(row - rule.pre_roll, opened.empty() ? 0 : opened.back().last + 1);
      opened.push_back({first, first + window - 1, row});
      quiet_until = opened.back().last + 1 + rule.refractory;
    }
    was_loud = is_loud;
  }
  while (!opened.empty() && opened.back().last >= rows) opened.pop_back();
  return opened;
}

}  // namespace mote::test
