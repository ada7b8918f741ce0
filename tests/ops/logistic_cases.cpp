// Cases of the op logistic: 1 / (1 + exp(-x)).
//
// The int8 form has the fixed output scale 1 / 256. What is checked with them: ops_test.cpp.
#include <algorithm>
#include <cmath>

#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float scale, int zero_point) {
  ProgramBuilder b("logistic");
  const int x = b.input({1, 256}, scale, zero_point), y = b.output({1, 256}, 1.0f / 256, -128);
  return b.layer("logistic", {}, {x}, {y});
}

static Values oracle(const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  Values y;
  for (double v : x[0]) y.push_back(1 / (1 + std::exp(-v)));
  return y;
}

OpCases logistic_cases() {
  OpCases cases{{{{}, {{7, 5}}, {7, 5}, true}, {{}, {{130}}, {130}, true}}, oracle};
  cases.programs = {program(0.05f, 0), program(0.0031f, -40), program(0.21f, 99)};
  return cases;
}

}  // namespace mote::test
