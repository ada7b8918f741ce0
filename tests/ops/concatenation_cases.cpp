#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const std::vector<Shape> &in, const Shape &out, int axis) {
  ProgramBuilder b("concat");
  std::vector<int> inputs;
  for (const Shape &shape : in) inputs.push_back(b.input(shape, 0.04f, -9));
  const int y = b.output(out, 0.04f, -9);
  return b.layer("concatenation", {{"axis", int64_t{axis}}}, inputs, {y});
}

OpCases concatenation_cases() {
  return programs_only({program({{1, 3, 4}, {1, 3, 2}}, {1, 3, 6}, -1),
                        program({{1, 3, 4}, {1, 1, 4}, {1, 2, 4}}, {1, 6, 4}, 1)});
}

}  // namespace mote::test
