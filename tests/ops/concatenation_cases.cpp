// Cases of the op concatenation: inputs one after the other along an axis.
//
// The oracle is written from the definition, with indices. What is checked with them: ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const std::vector<Shape> &in, const Shape &out, int axis) {
  ProgramBuilder b("concat");
  std::vector<int> inputs;
  for (const Shape &shape : in) inputs.push_back(b.input(shape, 0.04f, -9));
  const int y = b.output(out, 0.04f, -9);
  return b.layer("concatenation", {{"axis", int64_t{axis}}}, inputs, {y});
}

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &) {
  const bool is_last = a.integer("axis") == -1;
  Values y;
  if (!is_last) {
    for (const Values &v : x) y.insert(y.end(), v.begin(), v.end());
    return y;
  }
  const auto columns = [&](size_t i) { return static_cast<long>(in[i][-1]); };
  for (long row = 0; row < static_cast<long>(x[0].size()) / columns(0); ++row)
    for (size_t i = 0; i < x.size(); ++i)
      y.insert(y.end(), x[i].begin() + row * columns(i), x[i].begin() + (row + 1) * columns(i));
  return y;
}

OpCases concatenation_cases() {
  OpCases cases{{{{{"axis", int64_t{-1}}}, {{4, 5, 3}, {4, 5, 1}, {4, 5, 2}}, {4, 5, 6}},
                 {{{"axis", int64_t{0}}}, {{2, 3}, {5, 3}}, {7, 3}}},
                oracle};
  cases.programs = {program({{1, 3, 4}, {1, 3, 2}}, {1, 3, 6}, -1),
                    program({{1, 3, 4}, {1, 1, 4}, {1, 2, 4}}, {1, 6, 4}, 1)};
  return cases;
}

}  // namespace mote::test
