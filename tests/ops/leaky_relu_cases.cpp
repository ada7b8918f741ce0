#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float sx, int zx, float sy, int zy, double alpha) {
  ProgramBuilder b("leaky");
  const int x = b.input({1, 300}, sx, zx), y = b.output({1, 300}, sy, zy);
  return b.layer("leaky_relu", {{"alpha", alpha}}, {x}, {y});
}

OpCases leaky_relu_cases() {
  return programs_only({program(0.05f, 0, 0.04f, -60, 0.1), program(0.021f, -100, 0.027f, -120, 0.3)});
}

}  // namespace mote::test
