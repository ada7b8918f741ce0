// UnitGap: two groups of files, or of classes, whose values are in different units.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

struct UnitGap {
  std::vector<std::string> small, large;
  std::string columns = "every column";
  double factor = 1;
  double tolerance = 0.1;  // within which the factor is that of two units
  const char *one = "file", *many = "files";
};

// "the columns x, y, z", "the column x"
std::string columns_text(const std::vector<std::string> &names);
Finding finding_of(UnitGap gap);

// Files, or where these agree classes, whose gravity is in another unit: however lively a recording is, in
// its quietest stretch three columns of an accelerometer are as long as 1 g. Nothing where no three columns
// show gravity.
std::vector<UnitGap> gravity_gaps(const Recordings &set);

}  // namespace mote
