// Cases of the op unpack: slices along an axis, which is gone behind them.
//
// Program only: models of others bring it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &part, int count, int axis) {
  ProgramBuilder b("unpack");
  const int x = b.input(in, 0.04f, -9);
  std::vector<int> outputs;
  for (int i = 0; i < count; ++i) outputs.push_back(b.output(part, 0.04f, -9));
  return b.layer("unpack", {{"axis", int64_t{axis}}}, {x}, outputs);
}

OpCases unpack_cases() {
  return programs_only({program({3, 2, 4}, {3, 4}, 2, 1), program({1, 5, 3}, {1, 5}, 3, 2)});
}

}  // namespace mote::test
