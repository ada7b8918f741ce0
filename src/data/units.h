// Factors between units that are mistaken for one another.
#pragma once

#include <string>

namespace mote {

// "1000, as between g and milli-g": with a pair of units where the factor, or one over it, is near that of a
// usual pair; else the number alone, as one above 1.
std::string factor_text(double factor);

}  // namespace mote
