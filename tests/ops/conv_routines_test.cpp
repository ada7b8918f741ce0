// Which routine of the runtime a convolution is, and how its shape is given to it: the quickest way to the
// same bytes. That they are the same is checked with each op's cases.
#include "ops/program_cases.h"
#include "test_support.h"

namespace mote::test {
namespace {

CCall call_of(const char *op, const Shape &in, const Shape &weights, const Shape &out) {
  ProgramBuilder b("routine");
  const int axis = std::string(op) == "conv2d" ? 0 : 3;
  const int x = b.input(in, 0.03f, -11), w = b.weights(weights, axis, 5), bias = b.bias(weights[axis], 6),
            y = b.output(out, 0.09f, 9);
  const IntegerProgram p = b.layer(op, {{"padding", std::string("valid")}}, {x, w, bias}, {y});
  return op_by_name(op).c.get()(p, p.layers[0]).front();
}

int64_t number(const CCall &call, const std::string &field) {
  for (const CField &f : call.fields)
    if (f.name == field) return f.values.at(0);
  ADD_FAILURE() << field;
  return -1;
}

TEST(ConvRoutines, filters_of_one_channel_are_a_convolution) {
  const CCall one = call_of("depthwise_conv2d", {1, 9, 7, 1}, {1, 3, 2, 5}, {1, 7, 6, 5});
  EXPECT_EQ(one.routine, "mote_conv2d_s8");
  EXPECT_EQ(number(one, "groups"), 1);
  EXPECT_EQ(call_of("depthwise_conv2d", {1, 9, 7, 2}, {1, 3, 2, 4}, {1, 7, 6, 4}).routine,
            "mote_depthwise_conv2d_s8");
}

}  // namespace
}  // namespace mote::test
