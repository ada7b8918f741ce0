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

TEST(ConvRoutines, a_column_of_rows_is_a_row_of_them) {
  for (const CCall &call : {call_of("conv2d", {1, 9, 1, 6}, {4, 3, 1, 6}, {1, 7, 1, 4}),
                            call_of("depthwise_conv2d", {1, 9, 1, 6}, {1, 3, 1, 6}, {1, 7, 1, 6}),
                            call_of("conv2d", {1, 9, 3, 2}, {4, 3, 3, 2}, {1, 7, 1, 4})}) {
    EXPECT_EQ(number(call, "in_h"), 1);
    EXPECT_EQ(number(call, "in_w"), 9);
    EXPECT_EQ(number(call, "in_c"), 6);
    EXPECT_EQ(number(call, "kernel_h"), 1);
    EXPECT_EQ(number(call, "kernel_w"), 3);
    EXPECT_EQ(number(call, "out_w"), 7);
    ASSERT_TRUE(call.rows.has_value());
    EXPECT_EQ(call.rows->in_rows, "in_w");
    EXPECT_TRUE(call.rows->fields.empty());
  }
  const CCall image = call_of("conv2d", {1, 9, 3, 2}, {4, 3, 2, 2}, {1, 7, 2, 4});
  EXPECT_EQ(number(image, "in_h"), 9);
  EXPECT_EQ(number(image, "in_c"), 2);
  const CCall two = call_of("depthwise_conv2d", {1, 9, 3, 2}, {1, 3, 3, 2}, {1, 7, 1, 2});
  EXPECT_EQ(number(two, "in_h"), 9);
}

}  // namespace
}  // namespace mote::test
