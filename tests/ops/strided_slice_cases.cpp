// Cases of the op strided_slice: every n-th value between two ends of each dimension.
//
// Settings are first index, count and step of each dimension; steps may be negative. What is checked with
// them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &out, std::vector<int64_t> begin,
                              std::vector<int64_t> count, std::vector<int64_t> step) {
  ProgramBuilder b("slice");
  const int x = b.input(in, 0.04f, -9), y = b.output(out, 0.04f, -9);
  return b.layer("strided_slice", {{"begin", begin}, {"count", count}, {"step", step}}, {x}, {y});
}

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &out) {
  const auto &begin = a.list("begin"), &step = a.list("step");
  Values y;
  for (int r = 0; r < out[0]; ++r)
    for (int c = 0; c < out[1]; ++c)
      y.push_back(x[0][static_cast<size_t>((begin[0] + r * step[0]) * in[0][1] + begin[1] + c * step[1])]);
  return y;
}

OpCases strided_slice_cases() {
  OpCases cases{{{{{"begin", std::vector<int64_t>{1, 0}},
                   {"count", std::vector<int64_t>{2, 3}},
                   {"step", std::vector<int64_t>{2, 1}}},
                  {{5, 3}},
                  {2, 3}},
                 {{{"begin", std::vector<int64_t>{0, 3}},
                   {"count", std::vector<int64_t>{2, 4}},
                   {"step", std::vector<int64_t>{1, -1}}},
                  {{2, 4}},
                  {2, 4}}},
                oracle};
  cases.programs = {program({1, 9, 4}, {1, 4, 2}, {0, 1, 2}, {1, 4, 2}, {1, 2, 1}),
                    program({3, 8}, {3, 8}, {0, 7}, {3, 8}, {1, -1}),
                    program({4, 6}, {2, 3}, {2, 0}, {2, 3}, {1, 2})};
  return cases;
}

}  // namespace mote::test
