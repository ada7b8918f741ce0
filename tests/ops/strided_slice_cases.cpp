#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> begin,
                              std::vector<int64_t> count, std::vector<int64_t> step) {
  ProgramBuilder b("slice");
  const int x = b.input(in, 0.04f, -9), y = b.output(out, 0.04f, -9);
  return b.layer("strided_slice", {{"begin", begin}, {"count", count}, {"step", step}}, {x}, {y});
}

OpCases strided_slice_cases() {
  return programs_only({program({1, 9, 4}, {1, 4, 2}, {0, 1, 2}, {1, 4, 2}, {1, 2, 1}),
                        program({3, 8}, {3, 8}, {0, 7}, {3, 8}, {1, -1}),
                        program({4, 6}, {2, 3}, {2, 0}, {2, 3}, {1, 2})});
}

}  // namespace mote::test
