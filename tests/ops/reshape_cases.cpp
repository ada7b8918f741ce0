// Cases of the op reshape: the same values in another shape.
//
// The bytes are those of the input: a view. What is checked with them: ops_test.cpp.
#include "ops/op_cases.h"

namespace mote::test {

OpCases reshape_cases() {
  const auto to = [](std::vector<int64_t> shape) { return Attrs{{"shape", shape}}; };
  return {
      {{to({-1}), {{4, 5}}, {20}}, {to({2, -1, 3}), {{30}}, {2, 5, 3}}, {to({1, 7, 2}), {{7, 2}}, {1, 7, 2}}},
      [](const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x, const std::vector<Values> &,
         const Shape &) { return x[0]; },
      1};
}

}  // namespace mote::test
