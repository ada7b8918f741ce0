// Cases of the op pad: zeros around the input.
//
// Values before and behind each dimension are settings. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> before,
                              std::vector<int64_t> after) {
  ProgramBuilder b("pad");
  const int x = b.input(in, 0.05f, 3), y = b.output(out, 0.05f, 3);
  return b.layer("pad", {{"before", before}, {"after", after}}, {x}, {y});
}

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &out) {
  const auto &before = a.list("before");
  Values y;
  for (int r = 0; r < out[0]; ++r)
    for (int c = 0; c < out[1]; ++c) {
      const int64_t i = r - before[0], k = c - before[1];
      const bool is_inside = i >= 0 && i < in[0][0] && k >= 0 && k < in[0][1];
      y.push_back(is_inside ? x[0][static_cast<size_t>(i * in[0][1] + k)] : 0.0);
    }
  return y;
}

OpCases pad_cases() {
  OpCases cases{
      {{{{"before", std::vector<int64_t>{1, 0}}, {"after", std::vector<int64_t>{2, 3}}}, {{4, 5}}, {7, 8}},
       {{{"before", std::vector<int64_t>{0, 2}}, {"after", std::vector<int64_t>{0, 0}}}, {{3, 4}}, {3, 6}}},
      oracle};
  cases.programs = {program({1, 4, 5, 3}, {1, 7, 8, 3}, {0, 1, 2, 0}, {0, 2, 1, 0}),
                    program({1, 9, 2}, {1, 12, 2}, {0, 3, 0}, {0, 0, 0})};
  return cases;
}

}  // namespace mote::test
