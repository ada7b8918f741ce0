// Cases of the op leaky_relu: x, and alpha x below zero.
//
// Near the kink the gradient is not compared. What is checked with them: ops_test.cpp.
#include <algorithm>
#include <cmath>

#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float sx, int zx, float sy, int zy, double alpha) {
  ProgramBuilder b("leaky");
  const int x = b.input({1, 300}, sx, zx), y = b.output({1, 300}, sy, zy);
  return b.layer("leaky_relu", {{"alpha", alpha}}, {x}, {y});
}

static Values oracle(const Attrs &a, const std::vector<Shape> &, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  Values y;
  for (double v : x[0]) y.push_back(v > 0 ? v : a.number("alpha") * v);
  return y;
}

OpCases leaky_relu_cases() {
  OpCases cases{{{{{"alpha", 0.1}}, {{7, 5}}, {7, 5}, false}, {{{"alpha", 0.1}}, {{130}}, {130}, false}},
                oracle};
  cases.programs = {program(0.05f, 0, 0.04f, -60, 0.1), program(0.021f, -100, 0.027f, -120, 0.3)};
  return cases;
}

}  // namespace mote::test
