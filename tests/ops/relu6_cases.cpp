// Cases of the op relu6: min(max(x, 0), 6).
//
// Near a kink the gradient is not compared. What is checked with them: ops_test.cpp.
#include <algorithm>
#include <cmath>

#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float scale, int zero_point) {
  ProgramBuilder b("relu6");
  const int x = b.input({1, 300}, scale, zero_point), y = b.output({1, 300}, scale, zero_point);
  return b.layer("relu6", {}, {x}, {y});
}

static Values oracle(const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  Values y;
  for (double v : x[0]) y.push_back(std::clamp(v, 0.0, 6.0));
  return y;
}

OpCases relu6_cases() {
  OpCases cases{{{{}, {{7, 5}}, {7, 5}, false}, {{}, {{130}}, {130}, false}}, oracle};
  cases.programs = {program(0.05f, 0), program(0.021f, -128), program(0.21f, 90)};
  return cases;
}

}  // namespace mote::test
