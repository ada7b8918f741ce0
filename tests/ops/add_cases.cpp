// Cases of the op add: y = a + b, with broadcasting and an activation.
//
// binary_cases.h has what it shares with sub and mul. What is checked with them: ops_test.cpp.
#include "ops/binary_cases.h"

namespace mote::test {

OpCases add_cases() {
  OpCases cases = binary_cases([](double a, double b) { return a + b; });
  cases.programs = {
      binary_program("add", {1, 100}, {1, 100}, {1, 100}, 0.021f, 0.0173f, 0.0311f, "none"),
      binary_program("add", {1, 4, 5, 6}, {1, 1, 1, 6}, {1, 4, 5, 6}, 0.011f, 0.0473f, 0.0291f, "relu"),
      binary_program("add", {2, 3, 1}, {1, 4}, {2, 3, 4}, 0.0051f, 0.0073f, 0.0121f, "none"),
      binary_program("add", {1, 7, 3}, {1, 7, 3}, {1, 7, 3}, 0.05f, 0.05f, 0.06f, "relu6")};
  return cases;
}

}  // namespace mote::test
