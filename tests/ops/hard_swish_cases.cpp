#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(float sx, int zx, float sy, int zy) {
  ProgramBuilder b("swish");
  const int x = b.input({1, 300}, sx, zx), y = b.output({1, 300}, sy, zy);
  return b.layer("hard_swish", {}, {x}, {y});
}

OpCases hard_swish_cases() {
  return programs_only({program(0.05f, 0, 0.03f, -110), program(0.021f, -100, 0.02f, -100)});
}

}  // namespace mote::test
