// The weighted int8 routines of the runtime against their definition: the portable ones, and those for
// processors with dual 16-bit products, whose instructions are computed here in plain C.
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

int32_t between(Random &random, int64_t low, int64_t high) {
  return static_cast<int32_t>(low +
                              static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1))));
}

std::vector<int8_t> bytes(Random &random, int32_t count) {
  std::vector<int8_t> v(static_cast<size_t>(count));
  for (int8_t &b : v) b = static_cast<int8_t>(between(random, -128, 127));
  return v;
}

// Bias, multiplier and shift of `count` outputs, the shifts as the exporter writes them.
struct Outputs {
  std::vector<int32_t> bias, multiplier;
  std::vector<int8_t> shift;
  Outputs(Random &random, int32_t count) {
    for (int32_t i = 0; i < count; ++i) {
      const bool is_wide = random.below(5) == 0;
      bias.push_back(is_wide ? between(random, -(1 << 30), 1 << 30) : between(random, -3000, 3000));
      multiplier.push_back(between(random, 1 << 30, INT32_MAX));
      const int32_t right = between(random, is_wide ? -26 : -12, -1);
      const int32_t left = between(random, 0, 2);
      shift.push_back(static_cast<int8_t>(is_wide                ? right + MOTE_WIDE_SUM
                                          : random.below(5) == 0 ? left + MOTE_WIDE_SUM
                                                                 : right));
    }
  }
  int8_t finished(size_t i, int64_t sum, int32_t zero_point, int32_t low, int32_t high) const {
    const int s = shift[i] >= MOTE_WIDE_SUM / 2 ? shift[i] - MOTE_WIDE_SUM : shift[i];
    return mote_clamp_s8(mote_requantize(static_cast<int32_t>(sum), multiplier[i], s) + zero_point, low,
                         high);
  }
};

// Straight from the definition: sum over taps inside the input of w (x - zero point). `weight` gives the
// weight of output oc at (kh, kw, c).
template <class Weight>
std::vector<int8_t> convolved(const mote_conv2d_params &p, const std::vector<int8_t> &x, const Outputs &o,
                              int32_t group_c, Weight weight) {
  std::vector<int8_t> y;
  for (int32_t n = 0; n < p.batches; ++n)
    for (int32_t oh = 0; oh < p.out_h; ++oh)
      for (int32_t ow = 0; ow < p.out_w; ++ow)
        for (int32_t oc = 0; oc < p.out_c; ++oc) {
          const int32_t first_c = oc / (p.out_c / p.groups) * group_c;
          int64_t sum = o.bias[static_cast<size_t>(oc)];
          for (int32_t kh = 0; kh < p.kernel_h; ++kh)
            for (int32_t kw = 0; kw < p.kernel_w; ++kw) {
              const int32_t h = oh * p.stride_h - p.pad_top + kh * p.dilation_h,
                            w = ow * p.stride_w - p.pad_left + kw * p.dilation_w;
              if (h < 0 || h >= p.in_h || w < 0 || w >= p.in_w) continue;
              for (int32_t c = 0; c < group_c; ++c)
                sum += weight(oc, kh, kw, c) *
                       (x[static_cast<size_t>(((n * p.in_h + h) * p.in_w + w) * p.in_c + first_c + c)] -
                        p.input_zero_point);
            }
          y.push_back(o.finished(static_cast<size_t>(oc), sum, p.output_zero_point, p.act_min, p.act_max));
        }
  return y;
}

// The bias that holds the input's zero point; filters of `size` weights.
std::vector<int32_t> with_zero_point(const std::vector<int32_t> &bias, const std::vector<int8_t> &weights,
                                     int32_t size, int32_t zero_point) {
  std::vector<int32_t> r = bias;
  for (size_t i = 0; i < weights.size(); ++i) r[i / static_cast<size_t>(size)] -= weights[i] * zero_point;
  return r;
}

void set_ends(Random &random, int32_t &low, int32_t &high) {
  const bool is_full = random.below(2) == 0;
  low = is_full ? -128 : between(random, -128, -20);
  high = is_full ? 127 : between(random, 0, 127);
}

TEST(Requantize, small_sums_take_a_shorter_way) {
  Random random(4);
  for (int i = 0; i < 300000; ++i) {
    const int32_t x = between(random, -(1 << 30) + 1, (1 << 30) - 1) >> random.below(28);
    const int32_t multiplier = i % 97 == 0 ? 0 : between(random, 1 << 30, INT32_MAX);
    const int shift = between(random, -31, 0);
    ASSERT_EQ(mote_requantize_small(x, multiplier, shift), mote_requantize(x, multiplier, shift))
        << x << " " << multiplier << " " << shift;
  }
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

// Portable and dual-product routines share their loops, so the oracle is the definition.
TEST(Sums, convolutions_are_their_definition) {
  Random random(1);
  for (int round = 0; round < 3000; ++round) {
    mote_conv2d_params p{};
    p.batches = between(random, 1, 2);
    p.groups = round % 7 == 0 ? between(random, 1, 3) : 1;
    p.in_h = between(random, 1, 7);
    p.in_w = between(random, 1, 8);
    const int32_t group_c = round % 2 ? 4 * between(random, 1, 20) : between(random, 1, 9);
    p.in_c = group_c * p.groups;
    p.out_c = between(random, 1, 20) * p.groups;
    p.kernel_h = between(random, 1, 4);
    p.kernel_w = between(random, 1, 4);
    p.stride_h = between(random, 1, 3);
    p.stride_w = between(random, 1, 3);
    p.dilation_h = round % 10 == 0 ? 2 : 1;
    p.dilation_w = round % 11 == 0 ? 2 : 1;
    if (round % 3 == 0) p.kernel_h = p.kernel_w = p.stride_h = p.stride_w = 1;
    p.pad_top = between(random, 0, p.kernel_h - 1);
    p.pad_left = between(random, 0, p.kernel_w - 1);
    p.out_h = std::max(1, (p.in_h + p.pad_top - 1) / p.stride_h);
    p.out_w = std::max(1, (p.in_w + p.pad_left - 1) / p.stride_w);
    p.input_zero_point = between(random, -128, 127);
    p.output_zero_point = between(random, -128, 127);
    set_ends(random, p.act_min, p.act_max);
    const int32_t size = p.kernel_h * p.kernel_w * group_c;
    const std::vector<int8_t> x = bytes(random, p.batches * p.in_h * p.in_w * p.in_c),
                              w = bytes(random, p.out_c * size);
    const Outputs o(random, p.out_c);
    const std::vector<int32_t> bias = with_zero_point(o.bias, w, size, p.input_zero_point);
    std::vector<int8_t> expected =
        convolved(p, x, o, group_c, [&](int32_t oc, int32_t kh, int32_t kw, int32_t c) {
          return w[static_cast<size_t>(((oc * p.kernel_h + kh) * p.kernel_w + kw) * group_c + c)];
        });
    for (auto routine : {mote_conv2d_s8, dsp_conv2d_s8}) {
      std::vector<int8_t> y(expected.size());
      routine(&p, x.data(), w.data(), bias.data(), o.multiplier.data(), o.shift.data(), y.data());
      ASSERT_EQ(y, expected) << "round " << round << (routine == dsp_conv2d_s8 ? ", dual" : "");
    }
    // depthwise, sometimes with two filters per channel
    mote_conv2d_params d = p;
    const int32_t multiplicity = round % 5 == 0 ? 2 : 1;
    d.in_c = between(random, 1, 40);
    d.out_c = d.in_c * multiplicity;
    d.groups = d.in_c;
    const std::vector<int8_t> dx = bytes(random, d.batches * d.in_h * d.in_w * d.in_c),
                              dw = bytes(random, d.kernel_h * d.kernel_w * d.out_c);
    const Outputs od(random, d.out_c);
    expected = convolved(d, dx, od, 1, [&](int32_t oc, int32_t kh, int32_t kw, int32_t) {
      return dw[static_cast<size_t>((kh * d.kernel_w + kw) * d.out_c + oc)];
    });
    for (auto routine : {mote_depthwise_conv2d_s8, dsp_depthwise_conv2d_s8}) {
      std::vector<int8_t> y(expected.size());
      routine(&d, dx.data(), dw.data(), od.bias.data(), od.multiplier.data(), od.shift.data(), y.data());
      ASSERT_EQ(y, expected) << "depthwise, round " << round
                             << (routine == dsp_depthwise_conv2d_s8 ? ", dual" : "");
    }
  }
}

TEST(Sums, dense_layers_are_their_definition) {
  Random random(2);
  for (int round = 0; round < 2000; ++round) {
    mote_fully_connected_s8_params p{};
    p.batches = between(random, 1, 3);
    p.inputs = between(random, 1, 50);
    p.outputs = between(random, 1, 40);
    p.output_zero_point = between(random, -128, 127);
    p.per_channel = static_cast<int32_t>(random.below(2));
    set_ends(random, p.act_min, p.act_max);
    const int32_t zero_point = between(random, -128, 127);
    const std::vector<int8_t> x = bytes(random, p.batches * p.inputs),
                              w = bytes(random, p.outputs * p.inputs);
    Outputs o(random, p.outputs);
    if (!p.per_channel)  // one multiplier has to suit all sums
      for (int32_t &b : o.bias) b %= 3000;
    const std::vector<int32_t> bias = with_zero_point(o.bias, w, p.inputs, zero_point);
    std::vector<int8_t> expected;
    for (int32_t n = 0; n < p.batches; ++n)
      for (int32_t i = 0; i < p.outputs; ++i) {
        int64_t sum = o.bias[static_cast<size_t>(i)];
        for (int32_t k = 0; k < p.inputs; ++k)
          sum += w[static_cast<size_t>(i * p.inputs + k)] *
                 (x[static_cast<size_t>(n * p.inputs + k)] - zero_point);
        expected.push_back(o.finished(p.per_channel ? static_cast<size_t>(i) : 0, sum, p.output_zero_point,
                                      p.act_min, p.act_max));
      }
    for (auto routine : {mote_fully_connected_s8, dsp_fully_connected_s8}) {
      std::vector<int8_t> y(expected.size());
      routine(&p, x.data(), w.data(), bias.data(), o.multiplier.data(), o.shift.data(), y.data());
      ASSERT_EQ(y, expected) << "round " << round << (routine == dsp_fully_connected_s8 ? ", dual" : "");
    }
  }
}

}  // namespace
}  // namespace mote
