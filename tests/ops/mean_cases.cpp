// Cases of the op mean: the mean over axes.
//
// Over some axes only models of others bring it. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> axes, float sx,
                              float sy) {
  ProgramBuilder b("mean");
  const int x = b.input(in, sx, -7), y = b.output(out, sy, 12);
  return b.layer("mean", {{"axes", axes}}, {x}, {y});
}

// Over all axes but the last.
static Values oracle(const Attrs &, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &out) {
  Values y(static_cast<size_t>(out[0]));
  for (size_t i = 0; i < x[0].size(); ++i) y[i % y.size()] += x[0][i];
  for (double &v : y) v *= static_cast<double>(out[0]) / static_cast<double>(in[0].elements());
  return y;
}

OpCases mean_cases() {
  const auto over = [](std::vector<int64_t> axes) { return Attrs{{"axes", std::move(axes)}}; };
  return {.cases = {{over({0}), {{12, 5}}, {5}},
                    {over({0, 1}), {{6, 7, 4}}, {4}},
                    {over({-3, -2}), {{1, 9, 3}}, {3}}},
          .oracle = oracle,
          .programs = {program({1, 7, 5, 6}, {1, 6}, {1, 2}, 0.05f, 0.011f),
                       program({1, 4, 3, 8}, {1, 4, 3, 1}, {-1}, 0.03f, 0.03f),
                       program({2, 30, 3}, {2, 3}, {1}, 0.02f, 0.007f),
                       program({1, 4, 3, 5, 2}, {1, 3, 2}, {1, 3}, 0.02f, 0.007f)}};
}

}  // namespace mote::test
