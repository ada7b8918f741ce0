#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float scale, int zero_point) {
  ProgramBuilder b("relu6");
  const int x = b.input({1, 300}, scale, zero_point), y = b.output({1, 300}, scale, zero_point);
  return b.layer("relu6", {}, {x}, {y});
}

OpCases relu6_cases() {
  return programs_only({program(0.05f, 0), program(0.021f, -128), program(0.21f, 90)});
}

}  // namespace mote::test
