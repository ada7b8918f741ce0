// Cases of the op max_pool2d: the largest value of a window.
//
// Padding never wins; the gradient goes to the largest. What is checked with them: ops_test.cpp.
#include <algorithm>

#include "ops/op_cases.h"

namespace mote::test {

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &, const Shape &out) {
  const int H = in[0][0], W = in[0][1], C = in[0][2];
  const int ph = static_cast<int>(a.list("pool")[0]), pw = static_cast<int>(a.list("pool")[1]),
            sh = static_cast<int>(a.list("strides")[0]), sw = static_cast<int>(a.list("strides")[1]);
  const bool is_same = a.text("padding") == "same";
  const int top = is_same ? std::max(0, (out[0] - 1) * sh + ph - H) / 2 : 0,
            left = is_same ? std::max(0, (out[1] - 1) * sw + pw - W) / 2 : 0;
  Values y;
  for (int oh = 0; oh < out[0]; ++oh)
    for (int ow = 0; ow < out[1]; ++ow)
      for (int c = 0; c < C; ++c) {
        double best = -1e300;
        for (int h = oh * sh - top; h < oh * sh - top + ph; ++h)
          for (int w = ow * sw - left; w < ow * sw - left + pw; ++w)
            if (h >= 0 && h < H && w >= 0 && w < W)
              best = std::max(best, x[0][static_cast<size_t>((h * W + w) * C + c)]);
        y.push_back(best);
      }
  return y;
}

OpCases max_pool2d_cases() {
  const auto attrs = [](std::vector<int64_t> pool, std::vector<int64_t> strides, const char *padding) {
    return Attrs{{"pool", pool}, {"strides", strides}, {"padding", std::string(padding)}};
  };
  return {{{attrs({1, 2}, {1, 2}, "valid"), {{1, 9, 3}}, {1, 4, 3}, false},
           {attrs({1, 3}, {1, 2}, "same"), {{1, 10, 5}}, {1, 5, 5}, false},
           {attrs({2, 2}, {2, 2}, "valid"), {{6, 7, 4}}, {3, 3, 4}, false},
           {attrs({3, 3}, {1, 2}, "same"), {{5, 5, 2}}, {5, 3, 2}, false}},
          oracle};
}

}  // namespace mote::test
