// Cases of the op abs: |x|.
//
// Near the kink the gradient is not compared. What is checked with them: ops_test.cpp.
#include <cmath>

#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float sx, int zx, float sy, int zy) {
  ProgramBuilder b("abs");
  const int x = b.input({1, 256}, sx, zx), y = b.output({1, 256}, sy, zy);
  return b.layer("abs", {}, {x}, {y});
}

static Values oracle(const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  Values y;
  for (double v : x[0]) y.push_back(std::fabs(v));
  return y;
}

OpCases abs_cases() {
  OpCases cases{{{{}, {{7, 5}}, {7, 5}, false}, {{}, {{130}}, {130}, false}}, oracle};
  cases.programs = {program(0.05f, 0, 0.05f, 0), program(0.021f, -100, 0.027f, -128),
                    program(0.1f, 30, 0.06f, -60)};
  return cases;
}

}  // namespace mote::test
