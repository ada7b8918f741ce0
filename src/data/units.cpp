// Which units differ by a factor: the pairs in which sensors of motion, current and temperature come.
#include "data/units.h"

#include <fmt/format.h>

#include <cmath>

namespace mote {

namespace {

struct UnitPair {
  double factor;
  const char *name;
};
constexpr UnitPair kPairs[] = {{1000, "g and milli-g, or volt and millivolt"},
                               {9.80665, "g and m/s2"},
                               {57.29578, "radians and degrees"},
                               {9806.65, "milli-g and m/s2"},
                               {16384, "g and counts of a sensor of +-2 g"},
                               {1e6, "a unit and its millionth"},
                               {1e9, "a unit and its billionth"}};
constexpr double kNear = 0.1;  // recordings are not alike to more

}  // namespace

std::string factor_text(double given) {
  const double factor = given < 1 ? 1 / given : given;
  for (const UnitPair &pair : kPairs)
    if (std::fabs(factor / pair.factor - 1) < kNear)
      return fmt::format("about {:.3g}, as between {}", pair.factor, pair.name);
  return fmt::format("about {:.2g}", factor);
}

}  // namespace mote
