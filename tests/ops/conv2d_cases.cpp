// Cases of the op conv2d: sums over window and channels with stride, dilation and padding.
//
// The oracle is the formula of the sum, six loops. What is checked with them: ops_test.cpp.
#include "ops/op_cases.h"

namespace mote::test {

static Attrs attrs(int filters, std::vector<int64_t> kernel, std::vector<int64_t> strides,
                   std::vector<int64_t> dilation, const char *padding) {
  return {{"filters", int64_t{filters}},
          {"kernel", kernel},
          {"strides", strides},
          {"dilation", dilation},
          {"padding", std::string(padding)}};
}

// SAME: total = max((out - 1) * stride + span - in, 0), the smaller half before.
static int before(int in, int out, int stride, int span, bool is_same) {
  const int total = (out - 1) * stride + span - in;
  return is_same && total > 0 ? total / 2 : 0;
}

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &out) {
  const int H = in[0][0], W = in[0][1], C = in[0][2], OH = out[0], OW = out[1], F = out[2];
  const auto kernel = a.list("kernel"), strides = a.list("strides"), dilation = a.list("dilation");
  const int KH = static_cast<int>(kernel[0]), KW = static_cast<int>(kernel[1]),
            sh = static_cast<int>(strides[0]), sw = static_cast<int>(strides[1]);
  const int dh = static_cast<int>(dilation[0]), dw = static_cast<int>(dilation[1]);
  const std::string padding = a.text("padding");
  const int top = before(H, OH, sh, (KH - 1) * dh + 1, padding == "same"),
            left = before(W, OW, sw, (KW - 1) * dw + 1, padding != "valid");
  Values y;
  for (int oh = 0; oh < OH; ++oh)
    for (int ow = 0; ow < OW; ++ow)
      for (int f = 0; f < F; ++f) {
        double sum = params.size() > 1 ? params[1][static_cast<size_t>(f)] : 0.0;
        for (int kh = 0; kh < KH; ++kh)
          for (int kw = 0; kw < KW; ++kw) {
            const int h = oh * sh - top + kh * dh, w = ow * sw - left + kw * dw;
            if (h < 0 || h >= H || w < 0 || w >= W) continue;
            for (int c = 0; c < C; ++c)
              sum += x[0][static_cast<size_t>((h * W + w) * C + c)] *
                     params[0][static_cast<size_t>(((kh * KW + kw) * C + c) * F + f)];
          }
        y.push_back(sum);
      }
  return y;
}

OpCases conv2d_cases() {
  return {{
              {attrs(8, {1, 5}, {1, 1}, {1, 1}, "valid"), {{1, 20, 3}}, {1, 16, 8}},
              {attrs(3, {1, 3}, {1, 2}, {1, 1}, "same"), {{1, 11, 5}}, {1, 6, 3}},
              {attrs(5, {1, 3}, {1, 3}, {1, 2}, "valid"), {{1, 17, 2}}, {1, 5, 5}},
              {attrs(4, {3, 3}, {1, 1}, {1, 1}, "same"), {{6, 7, 3}}, {6, 7, 4}},
              {attrs(7, {3, 2}, {2, 3}, {1, 1}, "same"), {{7, 8, 1}}, {4, 3, 7}},
              {attrs(2, {2, 3}, {1, 1}, {2, 2}, "same"), {{5, 6, 4}}, {5, 6, 2}},
              {attrs(17, {1, 1}, {1, 1}, {1, 1}, "valid"), {{3, 3, 9}}, {3, 3, 17}},
              {{{"use_bias", int64_t{0}},
                {"kernel", std::vector<int64_t>{3, 3}},
                {"padding", std::string("same")},
                {"filters", int64_t{2}}},
               {{4, 5, 3}},
               {4, 5, 2}},
              {attrs(1, {4, 4}, {1, 1}, {1, 1}, "valid"), {{4, 4, 2}}, {1, 1, 1}},
              {attrs(3, {3, 4}, {1, 1}, {1, 1}, "same_width"), {{6, 7, 2}}, {4, 7, 3}},
              {attrs(2, {4, 3}, {2, 2}, {1, 1}, "same_width"), {{9, 6, 3}}, {3, 3, 2}},
              {attrs(2, {3, 1}, {1, 1}, {1, 1}, "same_width"), {{6, 5, 3}}, {4, 5, 2}},
              // steps: beyond the kernel, with inputs left over, on either side of a border
              {attrs(4, {1, 1}, {2, 2}, {1, 1}, "same"), {{5, 6, 3}}, {3, 3, 4}},
              {attrs(3, {2, 2}, {3, 3}, {1, 1}, "valid"), {{8, 9, 2}}, {3, 3, 3}},
              {attrs(2, {5, 3}, {2, 2}, {1, 1}, "valid"), {{8, 8, 3}}, {2, 3, 2}},
              {attrs(16, {3, 3}, {2, 2}, {1, 1}, "same"), {{8, 8, 5}}, {4, 4, 16}},
          },
          oracle};
}

}  // namespace mote::test
