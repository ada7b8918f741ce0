// The middle of numbers, as robust estimates of steps and factors want it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mote {

// Of at least one number; of an even count the larger of the two in the middle. Linear time.
template <class T>
T median(std::vector<T> values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace mote
