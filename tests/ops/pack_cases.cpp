// Cases of the op pack: equal tensors stacked along a new axis.
//
// Program only: models of others bring it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, int count, const Shape &out, int axis) {
  ProgramBuilder b("pack");
  std::vector<int> inputs;
  for (int i = 0; i < count; ++i) inputs.push_back(b.input(in, 0.04f, -9));
  const int y = b.output(out, 0.04f, -9);
  return b.layer("pack", {{"axis", int64_t{axis}}}, inputs, {y});
}

OpCases pack_cases() {
  return programs_only(
      {program({3, 4}, 2, {3, 2, 4}, 1), program({5}, 3, {5, 3}, -1), program({2, 2}, 2, {2, 2, 2}, 0)});
}

}  // namespace mote::test
