// Which units differ by a factor: the pairs in which sensors of motion, current and temperature come.
#include "data/units.h"

#include <fmt/format.h>

#include <cmath>

namespace mote {

namespace {

struct UnitPair {
  double factor, shown;
  const char *name;
};
constexpr UnitPair kPairs[] = {{1000, 1000, "g and milli-g, or volt and millivolt"},
                               {9.80665, 9.81, "g and m/s2"},
                               {57.29578, 57.3, "radians and degrees"},
                               {9806.65, 9807, "g and mm/s2"},
                               {101.97162, 102, "m/s2 and milli-g"},
                               {16384, 16384, "g and counts of a sensor of +-2 g"},
                               {1e6, 1e6, "a unit and its millionth"},
                               {1e9, 1e9, "a unit and its billionth"}};

// The nearest pair.
const UnitPair *pair_of(double given, double tolerance) {
  const double factor = given < 1 ? 1 / given : given;
  const UnitPair *nearest = nullptr;
  double least = tolerance;
  for (const UnitPair &pair : kPairs) {
    const double away = std::fabs(factor / pair.factor - 1);
    if (away >= least) continue;
    least = away;
    nearest = &pair;
  }
  return nearest;
}

}  // namespace

std::string factor_text(double factor, double tolerance) {
  if (const UnitPair *pair = pair_of(factor, tolerance))
    return fmt::format("about {:g}, as between {}", pair->shown, pair->name);
  return fmt::format("about {:.2g}", factor < 1 ? 1 / factor : factor);
}

bool is_unit_factor(double factor, double tolerance) { return pair_of(factor, tolerance) != nullptr; }

}  // namespace mote
