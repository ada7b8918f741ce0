// Cases of the op depthwise_conv2d: each channel by itself, `multiplier` outputs for each.
//
// The oracle is the formula of the sum; output channel = channel * multiplier + m. What is checked with them:
// ops_test.cpp.
#include "ops/program_cases.h"

namespace mote::test {

static IntegerProgram program(const Shape &in, const Shape &weights, const Shape &out,
                              std::vector<int64_t> strides, std::vector<int64_t> dilation,
                              const char *padding, const char *activation) {
  ProgramBuilder b("depthwise");
  const int x = b.input(in, 0.03f, -11), w = b.weights(weights, 3, 5), bias = b.bias(weights[3], 6),
            y = b.output(out, 0.09f, 9);
  return b.layer("depthwise_conv2d",
                 {{"strides", strides},
                  {"dilation", dilation},
                  {"padding", std::string(padding)},
                  {"activation", std::string(activation)}},
                 {x, w, bias}, {y});
}

static Attrs attrs(int multiplier, std::vector<int64_t> kernel, std::vector<int64_t> strides,
                   std::vector<int64_t> dilation, const char *padding) {
  return {{"multiplier", int64_t{multiplier}},
          {"kernel", kernel},
          {"strides", strides},
          {"dilation", dilation},
          {"padding", std::string(padding)}};
}

static Values oracle(const Attrs &a, const std::vector<Shape> &in, const std::vector<Values> &x,
                     const std::vector<Values> &params, const Shape &out) {
  const int H = in[0][0], W = in[0][1], C = in[0][2], F = out[2], M = F / C;
  const auto &kernel = a.list("kernel"), &strides = a.list("strides"), &dilation = a.list("dilation");
  const auto before = [&](int size, int result, size_t axis) {
    const auto span = static_cast<int>((kernel[axis] - 1) * dilation[axis] + 1);
    const int total = (result - 1) * static_cast<int>(strides[axis]) + span - size;
    const std::string padding = a.text("padding");
    return (padding == "same" || (padding == "same_width" && axis == 1)) && total > 0 ? total / 2 : 0;
  };
  const int top = before(H, out[0], 0), left = before(W, out[1], 1);
  Values y;
  for (int oh = 0; oh < out[0]; ++oh)
    for (int ow = 0; ow < out[1]; ++ow)
      for (int f = 0; f < F; ++f) {
        double sum = params.size() > 1 ? params[1][static_cast<size_t>(f)] : 0.0;
        for (int kh = 0; kh < kernel[0]; ++kh)
          for (int kw = 0; kw < kernel[1]; ++kw) {
            const int h = oh * static_cast<int>(strides[0]) - top + kh * static_cast<int>(dilation[0]),
                      w = ow * static_cast<int>(strides[1]) - left + kw * static_cast<int>(dilation[1]);
            if (h < 0 || h >= H || w < 0 || w >= W) continue;
            const int tap = kh * static_cast<int>(kernel[1]) + kw;
            sum += x[0][static_cast<size_t>((h * W + w) * C + f / M)] *
                   params[0][static_cast<size_t>(tap * F + f)];
          }
        y.push_back(sum);
      }
  return y;
}

OpCases depthwise_conv2d_cases() {
  OpCases cases{
      {{attrs(1, {3, 3}, {1, 1}, {1, 1}, "same"), {{6, 7, 3}}, {6, 7, 3}},
       {attrs(2, {3, 2}, {2, 3}, {1, 1}, "same"), {{7, 8, 1}}, {4, 3, 2}},
       {attrs(3, {1, 5}, {1, 1}, {1, 2}, "valid"), {{1, 17, 5}}, {1, 9, 15}},
       {{{"use_bias", int64_t{0}}, {"kernel", std::vector<int64_t>{3, 3}}, {"padding", std::string("same")}},
        {{4, 5, 3}},
        {4, 5, 3}},
       {attrs(1, {2, 2}, {1, 1}, {2, 2}, "same"), {{5, 6, 4}}, {5, 6, 4}},
       {attrs(1, {3, 3}, {2, 2}, {1, 1}, "valid"), {{8, 9, 17}}, {3, 4, 17}},
       {attrs(2, {3, 3}, {1, 1}, {1, 1}, "same_width"), {{6, 5, 3}}, {4, 5, 6}},
       {attrs(1, {2, 4}, {1, 3}, {1, 1}, "same_width"), {{6, 8, 5}}, {5, 3, 5}}},
      oracle};
  cases.programs = {program({1, 9, 7, 6}, {1, 3, 3, 12}, {1, 9, 7, 12}, {1, 1}, {1, 1}, "same", "none"),
                    program({1, 10, 8, 5}, {1, 3, 3, 5}, {1, 5, 4, 5}, {2, 2}, {1, 1}, "same", "relu6"),
                    program({1, 9, 1, 4}, {1, 5, 1, 4}, {1, 5, 1, 4}, {1, 1}, {1, 1}, "valid", "relu"),
                    program({2, 8, 8, 3}, {1, 2, 3, 3}, {2, 6, 4, 3}, {1, 1}, {2, 2}, "valid", "none")};
  return cases;
}

}  // namespace mote::test
