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

OpCases depthwise_conv2d_cases() {
  return programs_only({program({1, 9, 7, 6}, {1, 3, 3, 12}, {1, 9, 7, 12}, {1, 1}, {1, 1}, "same", "none"),
                        program({1, 10, 8, 5}, {1, 3, 3, 5}, {1, 5, 4, 5}, {2, 2}, {1, 1}, "same", "relu6"),
                        program({1, 9, 1, 4}, {1, 5, 1, 4}, {1, 5, 1, 4}, {1, 1}, {1, 1}, "valid", "relu"),
                        program({2, 8, 8, 3}, {1, 2, 3, 3}, {2, 6, 4, 3}, {1, 1}, {2, 2}, "valid", "none")});
}

}  // namespace mote::test
