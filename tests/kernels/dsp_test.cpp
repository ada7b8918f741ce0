// The routines for processors with dual 16-bit products, computed here in plain C, against the portable ones.
#include <cstring>

#include "base/random.h"
#include "mote_runtime.h"
#include "test_support.h"

#define MOTE_EMULATE_DSP
#define mote_conv2d_s8 dsp_conv2d_s8
#define mote_depthwise_conv2d_s8 dsp_depthwise_conv2d_s8
#define mote_fully_connected_s8 dsp_fully_connected_s8
#include "../../runtime/conv2d_s8.c"
#include "../../runtime/depthwise_conv2d_s8.c"
#include "../../runtime/fully_connected_s8.c"
#undef mote_conv2d_s8
#undef mote_depthwise_conv2d_s8
#undef mote_fully_connected_s8

namespace mote {
namespace {

int32_t between(Random &random, int low, int high) {
  return low + static_cast<int32_t>(random.below(static_cast<uint64_t>(high - low + 1)));
}

std::vector<int8_t> bytes(Random &random, int32_t count) {
  std::vector<int8_t> v(static_cast<size_t>(count));
  for (int8_t &b : v) b = static_cast<int8_t>(between(random, -128, 127));
  return v;
}

// Bias, multiplier and shift of `count` outputs.
struct Outputs {
  std::vector<int32_t> bias, multiplier;
  std::vector<int8_t> shift;
  Outputs(Random &random, int32_t count) {
    for (int32_t i = 0; i < count; ++i) {
      bias.push_back(between(random, -3000, 3000));
      multiplier.push_back(between(random, 1 << 30, INT32_MAX));
      shift.push_back(static_cast<int8_t>(between(random, -9, 1)));
    }
  }
};

void set_ends(Random &random, int32_t &low, int32_t &high) {
  const bool is_full = random.below(2) == 0;
  low = is_full ? -128 : between(random, -128, -20), high = is_full ? 127 : between(random, 0, 127);
}

TEST(Requantize, is_the_high_product_divided_with_rounding) {
  Random random(3);
  for (int i = 0; i < 300000; ++i) {
    const int shift = between(random, -31, 7);
    const int room = shift > 0 ? 31 - shift : 31;
    const auto x =
        static_cast<int32_t>(static_cast<int64_t>(random.bits() >> 32) - (int64_t{1} << 31)) >> (31 - room);
    const int32_t multiplier = i % 97 == 0 ? 0 : between(random, 1 << 30, INT32_MAX);
    const int left = shift > 0 ? shift : 0;
    const auto shifted = static_cast<int32_t>(static_cast<uint32_t>(x) << left);
    ASSERT_EQ(mote_requantize(x, multiplier, shift),
              mote_div_pot(mote_mul_high(shifted, multiplier), left - shift))
        << x << " " << multiplier << " " << shift;
  }
}

TEST(Dsp, convolutions_are_those_of_the_portable_routine) {
  Random random(1);
  for (int round = 0; round < 3000; ++round) {
    mote_conv2d_params p{};
    p.batches = between(random, 1, 2), p.groups = 1;
    p.in_h = between(random, 1, 7), p.in_w = between(random, 1, 8),
    p.in_c = round % 2 ? 4 * between(random, 1, 8) : between(random, 1, 9);
    p.out_c = between(random, 1, 20);
    p.kernel_h = between(random, 1, 4), p.kernel_w = between(random, 1, 4);
    p.stride_h = between(random, 1, 3), p.stride_w = between(random, 1, 3);
    p.dilation_h = p.dilation_w = round % 10 == 0 ? 2 : 1;
    if (round % 3 == 0) p.kernel_h = p.kernel_w = p.stride_h = p.stride_w = 1;
    p.pad_top = between(random, 0, p.kernel_h - 1), p.pad_left = between(random, 0, p.kernel_w - 1);
    p.out_h = std::max(1, (p.in_h + p.pad_top - 1) / p.stride_h),
    p.out_w = std::max(1, (p.in_w + p.pad_left - 1) / p.stride_w);
    // every position sees some of the input
    while ((p.out_h - 1) * p.stride_h - p.pad_top >= p.in_h) --p.out_h;
    while ((p.out_w - 1) * p.stride_w - p.pad_left >= p.in_w) --p.out_w;
    p.input_zero_point = between(random, -128, 127), p.output_zero_point = between(random, -128, 127);
    set_ends(random, p.act_min, p.act_max);
    const std::vector<int8_t> x = bytes(random, p.batches * p.in_h * p.in_w * p.in_c),
                              w = bytes(random, p.out_c * p.kernel_h * p.kernel_w * p.in_c);
    const Outputs o(random, p.out_c);
    const int32_t *bias = round % 4 == 0 ? nullptr : o.bias.data();
    std::vector<int8_t> expected(static_cast<size_t>(p.batches * p.out_h * p.out_w * p.out_c)),
        y(expected.size());
    mote_conv2d_s8(&p, x.data(), w.data(), bias, o.multiplier.data(), o.shift.data(), expected.data());
    dsp_conv2d_s8(&p, x.data(), w.data(), bias, o.multiplier.data(), o.shift.data(), y.data());
    ASSERT_EQ(y, expected) << "round " << round;
    // depthwise, sometimes with two filters per channel
    mote_conv2d_params d = p;
    const int32_t multiplicity = round % 5 == 0 ? 2 : 1;
    d.in_c = between(random, 1, 40), d.out_c = d.in_c * multiplicity, d.groups = d.in_c;
    const std::vector<int8_t> dx = bytes(random, d.batches * d.in_h * d.in_w * d.in_c),
                              dw = bytes(random, d.kernel_h * d.kernel_w * d.out_c);
    const Outputs od(random, d.out_c);
    bias = round % 4 == 0 ? nullptr : od.bias.data();
    expected.assign(static_cast<size_t>(d.batches * d.out_h * d.out_w * d.out_c), 0), y = expected;
    mote_depthwise_conv2d_s8(&d, dx.data(), dw.data(), bias, od.multiplier.data(), od.shift.data(),
                             expected.data());
    dsp_depthwise_conv2d_s8(&d, dx.data(), dw.data(), bias, od.multiplier.data(), od.shift.data(), y.data());
    ASSERT_EQ(y, expected) << "depthwise, round " << round;
  }
}

TEST(Dsp, dense_layers_are_those_of_the_portable_routine) {
  Random random(2);
  for (int round = 0; round < 2000; ++round) {
    mote_fully_connected_s8_params p{};
    p.batches = between(random, 1, 3), p.inputs = between(random, 1, 50), p.outputs = between(random, 1, 40);
    p.input_zero_point = between(random, -128, 127), p.output_zero_point = between(random, -128, 127);
    p.per_channel = static_cast<int32_t>(random.below(2));
    set_ends(random, p.act_min, p.act_max);
    const std::vector<int8_t> x = bytes(random, p.batches * p.inputs),
                              w = bytes(random, p.outputs * p.inputs);
    const Outputs o(random, p.outputs);
    const int32_t *bias = round % 4 == 0 ? nullptr : o.bias.data();
    std::vector<int8_t> expected(static_cast<size_t>(p.batches * p.outputs)), y(expected.size());
    mote_fully_connected_s8(&p, x.data(), w.data(), bias, o.multiplier.data(), o.shift.data(),
                            expected.data());
    dsp_fully_connected_s8(&p, x.data(), w.data(), bias, o.multiplier.data(), o.shift.data(), y.data());
    ASSERT_EQ(y, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace mote
