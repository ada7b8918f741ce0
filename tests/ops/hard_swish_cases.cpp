// Cases of the op hard_swish: x relu6(x + 3) / 6.
//
// Source: Howard et al. 2019. What is checked with them: ops_test.cpp.
#include <algorithm>
#include <cmath>

#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float sx, int zx, float sy, int zy) {
  ProgramBuilder b("swish");
  const int x = b.input({1, 300}, sx, zx), y = b.output({1, 300}, sy, zy);
  return b.layer("hard_swish", {}, {x}, {y});
}

static Values oracle(const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  Values y;
  for (double v : x[0]) y.push_back(v * std::clamp(v + 3, 0.0, 6.0) / 6);
  return y;
}

OpCases hard_swish_cases() {
  OpCases cases{{{{}, {{7, 5}}, {7, 5}, true}, {{}, {{130}}, {130}, true}}, oracle};
  cases.programs = {program(0.05f, 0, 0.03f, -110), program(0.021f, -100, 0.02f, -100)};
  return cases;
}

}  // namespace mote::test
