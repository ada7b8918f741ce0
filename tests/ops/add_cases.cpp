#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &a, const Shape &b, const Shape &y, float sa, float sb, float sy,
                              const char *activation) {
  ProgramBuilder builder("add");
  const int x = builder.input(a, sa, -5), z = builder.input(b, sb, 17), out = builder.output(y, sy, 3);
  return builder.layer("add", {{"activation", std::string(activation)}}, {x, z}, {out});
}

OpCases add_cases() {
  return programs_only({program({1, 100}, {1, 100}, {1, 100}, 0.021f, 0.0173f, 0.0311f, "none"),
                        program({1, 4, 5, 6}, {1, 1, 1, 6}, {1, 4, 5, 6}, 0.011f, 0.0473f, 0.0291f, "relu"),
                        program({2, 3, 1}, {1, 4}, {2, 3, 4}, 0.0051f, 0.0073f, 0.0121f, "none"),
                        program({1, 7, 3}, {1, 7, 3}, {1, 7, 3}, 0.05f, 0.05f, 0.06f, "relu6")});
}

}  // namespace mote::test
