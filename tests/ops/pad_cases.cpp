#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> before,
                              std::vector<int64_t> after) {
  ProgramBuilder b("pad");
  const int x = b.input(in, 0.05f, 3), y = b.output(out, 0.05f, 3);
  return b.layer("pad", {{"before", before}, {"after", after}}, {x}, {y});
}

OpCases pad_cases() {
  return programs_only({program({1, 4, 5, 3}, {1, 7, 8, 3}, {0, 1, 2, 0}, {0, 2, 1, 0}),
                        program({1, 9, 2}, {1, 12, 2}, {0, 3, 0}, {0, 0, 0})});
}

}  // namespace mote::test
