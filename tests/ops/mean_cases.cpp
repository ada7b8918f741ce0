// Cases of the op mean: the mean over axes.
//
// Program only: models of others bring it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> axes, float sx,
                              float sy) {
  ProgramBuilder b("mean");
  const int x = b.input(in, sx, -7), y = b.output(out, sy, 12);
  return b.layer("mean", {{"axes", axes}}, {x}, {y});
}

OpCases mean_cases() {
  return programs_only({program({1, 7, 5, 6}, {1, 6}, {1, 2}, 0.05f, 0.011f),
                        program({1, 4, 3, 8}, {1, 4, 3, 1}, {-1}, 0.03f, 0.03f),
                        program({2, 30, 3}, {2, 3}, {1}, 0.02f, 0.007f)});
}

}  // namespace mote::test
