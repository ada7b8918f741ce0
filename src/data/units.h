// Units that are mistaken for one another: their factors, and files that differ by one.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

// "1000, as between g and milli-g": with a pair of units where the factor, or one over it, is near that of a
// usual pair; else the number alone, as one above 1.
std::string factor_text(double factor, double tolerance = 0.1);
// Whether it is that of a usual pair, but for the tolerance.
bool is_unit_factor(double factor, double tolerance = 0.1);

// Files, or classes, whose values are a constant factor of those of the others in every channel, or in those
// of one sensor: g beside milli-g. One finding names them all, the factor and the remedy. Not said of
// channels that are merely livelier.
std::vector<Finding> unit_findings(const Recordings &set);

}  // namespace mote
