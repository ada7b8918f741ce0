// A clock in several columns of numbers: seconds in one and what is left of them in another, as of struct
// timeval.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/columns.h"

namespace mote {

struct SplitClock {
  std::vector<ClockWhole> wholes;  // beginning with the finest
  double unit_s = 1;               // of the column that holds what is left
};

// Whether this column holds what is left of those of `others` that are named like clocks: it falls where
// these go on, and together they go on evenly.
std::optional<SplitClock> find_split_clock(const std::vector<TableFile> &files, const std::string &fine,
                                           const std::vector<std::string> &others);

}  // namespace mote
