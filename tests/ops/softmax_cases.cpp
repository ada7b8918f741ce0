// Cases of the op softmax: exp(x) / sum exp(x) over the last dimension.
//
// The output scale of the int8 form is fixed, as TensorFlow Lite has it. What is checked with them:
// ops_test.cpp.
#include <algorithm>
#include <cmath>

#include "ops/op_cases.h"

namespace mote::test {

OpCases softmax_cases() {
  return {{{{}, {{3}}, {3}}, {{}, {{10}}, {10}}, {{}, {{4, 6}}, {4, 6}}},
          [](const Attrs &, const std::vector<Shape> &, const std::vector<Values> &x,
             const std::vector<Values> &, const Shape &out) {
            Values y;
            const auto columns = static_cast<size_t>(out[-1]);
            for (size_t r = 0; r < x[0].size(); r += columns) {
              const double top = *std::max_element(x[0].begin() + static_cast<long>(r),
                                                   x[0].begin() + static_cast<long>(r + columns));
              double sum = 0;
              for (size_t c = 0; c < columns; ++c) sum += std::exp(x[0][r + c] - top);
              for (size_t c = 0; c < columns; ++c) y.push_back(std::exp(x[0][r + c] - top) / sum);
            }
            return y;
          },
          4};
}

}  // namespace mote::test
