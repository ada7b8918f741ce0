#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float scale, int zero_point) {
  ProgramBuilder b("logistic");
  const int x = b.input({1, 256}, scale, zero_point), y = b.output({1, 256}, 1.0f / 256, -128);
  return b.layer("logistic", {}, {x}, {y});
}

OpCases logistic_cases() {
  return programs_only({program(0.05f, 0), program(0.0031f, -40), program(0.21f, 99)});
}

}  // namespace mote::test
