// Cases of the op split: parts of equal or given size along an axis.
//
// Program only: models of others bring it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &part, int parts, int axis) {
  ProgramBuilder b("split");
  const int x = b.input(in, 0.04f, -9);
  std::vector<int> outputs;
  for (int i = 0; i < parts; ++i) outputs.push_back(b.output(part, 0.04f, -9));
  return b.layer("split", {{"axis", int64_t{axis}}}, {x}, outputs);
}

static IntegerProgram unequal() {
  ProgramBuilder b("split_v");
  const int x = b.input({2, 7, 3}, 0.04f, -9), first = b.output({2, 4, 3}, 0.04f, -9),
            second = b.output({2, 1, 3}, 0.04f, -9), third = b.output({2, 2, 3}, 0.04f, -9);
  return b.layer("split", {{"axis", int64_t{1}}}, {x}, {first, second, third});
}

OpCases split_cases() {
  return programs_only(
      {program({1, 6, 4}, {1, 2, 4}, 3, 1), program({2, 3, 8}, {2, 3, 4}, 2, -1), unequal()});
}

}  // namespace mote::test
