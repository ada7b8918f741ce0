#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &a, const Shape &b, const Shape &y, float sa, float sb, float sy,
                              const char *activation) {
  ProgramBuilder builder("mul");
  const int x = builder.input(a, sa, -5), z = builder.input(b, sb, 17), out = builder.output(y, sy, 3);
  return builder.layer("mul", {{"activation", std::string(activation)}}, {x, z}, {out});
}

static Values oracle(const Attrs &, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  Values y;
  for (size_t i = 0; i < x[0].size(); ++i)  // the second operand may be one value for each channel
    y.push_back(x[0][i] * x[1][in[0] == in[1] ? i : i % x[1].size()]);
  return y;
}

OpCases mul_cases() {
  OpCases cases{{{{}, {{4, 5, 3}, {4, 5, 3}}, {4, 5, 3}},
                 {{}, {{4, 5, 3}, {1, 1, 3}}, {4, 5, 3}},
                 {{}, {{17}, {17}}, {17}}},
                oracle};
  cases.programs = {program({1, 100}, {1, 100}, {1, 100}, 0.021f, 0.0173f, 0.0311f, "none"),
                    program({1, 4, 5, 6}, {1, 1, 1, 6}, {1, 4, 5, 6}, 0.011f, 0.0473f, 0.0291f, "relu"),
                    program({2, 3, 1}, {1, 4}, {2, 3, 4}, 0.0051f, 0.0073f, 0.0121f, "none"),
                    program({1, 7, 3}, {1, 7, 3}, {1, 7, 3}, 0.05f, 0.05f, 0.06f, "relu6")};
  return cases;
}

}  // namespace mote::test
