// Cases of the op relu: max(x, 0).
//
// Near the kink the gradient is not compared. What is checked with them: ops_test.cpp.
#include <algorithm>

#include "ops/op_cases.h"

namespace mote::test {

OpCases relu_cases() {
  return {{{{}, {{17}}, {17}, false}, {{}, {{3, 4, 5}}, {3, 4, 5}, false}},
          [](const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
             const std::vector<Values> &, const Shape &) {
            Values y = x[0];
            for (double &v : y) v = std::max(v, 0.0);
            return y;
          }};
}

}  // namespace mote::test
