// Cases of the op transpose: dimensions in another order.
//
// Program only: models of others bring it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> perm) {
  ProgramBuilder b("transpose");
  const int x = b.input(in, 0.05f, 3), y = b.output(out, 0.05f, 3);
  return b.layer("transpose", {{"perm", perm}}, {x}, {y});
}

OpCases transpose_cases() {
  return programs_only({program({2, 3, 4}, {4, 2, 3}, {2, 0, 1}),
                        program({1, 5, 6, 2}, {1, 2, 5, 6}, {0, 3, 1, 2}), program({7, 3}, {3, 7}, {1, 0})});
}

}  // namespace mote::test
