#include "collect/level_trigger.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote {

namespace {
constexpr double kTimesRest = 10;  // of the mean distance: eight deviations of a normal distribution
}

void LevelTrigger::learn(const float *row) {
  rows_.insert(rows_.end(), row, row + sum_.size());
  for (size_t c = 0; c < sum_.size(); ++c) sum_[c] += double{row[c]};
}

void LevelTrigger::end_of_rest() {
  const size_t width = sum_.size(), rows = rows_.size() / width;
  for (size_t c = 0; c < width; ++c) rest_[c] = rows == 0 ? 0 : sum_[c] / static_cast<double>(rows);
  double mean = 0;
  for (size_t r = 0; r < rows; ++r) mean += distance(&rows_[r * width]) / static_cast<double>(rows);
  // of channels that stand still, any change is one
  level_ = given_ > 0 ? given_ : std::max(kTimesRest * mean, double{std::numeric_limits<float>::min()});
  rows_.clear();
}

double LevelTrigger::distance(const float *row) const {
  double sum = 0;
  for (size_t c = 0; c < rest_.size(); ++c) sum += std::abs(double{row[c]} - rest_[c]);
  return sum;
}

bool LevelTrigger::is_reached(const float *row) const { return distance(row) >= level_; }

}  // namespace mote
