// What the integer facets share, at its edges: multipliers, clamps, windows, rounding of weights and biases,
// overflow checks, tables of curves, and costs. Oracles are formulas in double precision and counting.
#include "ops/integer_support.h"

#include <cmath>

#include "graph/op_def.h"
#include "mote/host_program.h"
#include "mote_runtime.h"
#include "ops/conv_support.h"
#include "ops/program_cases.h"
#include "test_support.h"

namespace mote::test {
namespace {

TEST(Multiplier, stands_for_its_number) {
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const double real = std::exp2(random.uniform() * 60 - 31);
    const Multiplier m = quantize_multiplier(real);
    EXPECT_GE(m.value, 1 << 30);
    EXPECT_NEAR(std::ldexp(m.value, m.shift - 31), real, real * 0x1p-31);
  }
  EXPECT_EQ(quantize_multiplier(0x1p-32).value, 1 << 30);  // the smallest
  EXPECT_EQ(quantize_multiplier(0x1p-32).shift, -31);
  EXPECT_EQ(quantize_multiplier(0x1p-33).value, 0);
  EXPECT_EQ(quantize_multiplier(-1).value, 0);
  EXPECT_EQ(quantize_multiplier(0x1p30).value, INT32_MAX);
  EXPECT_EQ(quantize_multiplier(0x1p30).shift, 30);
  EXPECT_EQ(quantize_multiplier(0x1p29).value, 1 << 30);
  EXPECT_EQ(quantize_multiplier(0x1p29).shift, 30);
}

ProgramTensor tensor(const Shape &shape, float scale, int zero, DType dtype = DType::kInt8) {
  return {"t", shape, dtype, {{scale}, {zero}, 0}, {}, false};
}
const ProgramLayer kLayer{"conv2d", "l", {}, {}, {}};

TEST(ActivationRange, is_that_of_the_real_bounds) {
  struct Bound {
    FusedActivation activation;
    double low, high;
  };
  for (const Bound &b : {Bound{FusedActivation::kNone, -1e9, 1e9}, Bound{FusedActivation::kRelu, 0, 1e9},
                         Bound{FusedActivation::kRelu6, 0, 6}, Bound{FusedActivation::kReluN1To1, -1, 1}})
    for (const float scale : {0.01f, 0.0471f, 0.3f, 7.0f})
      for (const int zero : {-128, -7, 0, 100, 127}) {
        const auto q = [&](double real, double low, double high) {
          return static_cast<int>(
              std::clamp(zero + std::round(real / static_cast<double>(scale)), low, high));
        };
        const ClampRange r = activation_range(kLayer, b.activation, tensor({1}, scale, zero));
        EXPECT_EQ(r.low, q(b.low, -128, 127));
        EXPECT_EQ(r.high, q(b.high, -128, 127));
        const ClampRange wide =
            activation_range(kLayer, b.activation, tensor({1}, scale / 256, 0, DType::kInt16));
        const auto w = [&](double real) {
          return static_cast<int>(
              std::clamp(std::round(real / static_cast<double>(scale / 256)), -32768.0, 32767.0));
        };
        EXPECT_EQ(wide.low, w(b.low));
        EXPECT_EQ(wide.high, w(b.high));
      }
  for (TfActivation a :
       {TfActivation::kNone, TfActivation::kRelu, TfActivation::kRelu6, TfActivation::kReluN1To1})
    EXPECT_EQ(record_activation({{"activation", fused_activation("x", a)}}), a);
  for (const auto &[name, activation] : fused_activation_names())
    EXPECT_EQ(activation_of({{"activation", name}}), activation);
  EXPECT_THROW(fused_activation("x", TfActivation::kTanh), Error);
  EXPECT_THROW(fused_activation("x", TfActivation::kSignBit), Error);
}

// By counting the places where a window begins.
TEST(Window, is_placed_as_same_and_valid_say) {
  for (int in = 1; in <= 12; ++in)
    for (int kernel = 1; kernel <= 5; ++kernel)
      for (int stride = 1; stride <= 4; ++stride)
        for (int dilation = 1; dilation <= 3; ++dilation) {
          const int span = (kernel - 1) * dilation + 1;
          const Window same = place_window("x", in, kernel, stride, dilation, true);
          int places = 0;
          for (int p = 0; p < in; p += stride) ++places;
          EXPECT_EQ(same.out, places);
          const int total = std::max(0, (places - 1) * stride + span - in);
          EXPECT_EQ(same.total, total);
          EXPECT_EQ(same.before, total / 2);
          places = 0;
          for (int p = 0; p + span <= in; p += stride) ++places;
          if (places == 0) {
            EXPECT_THROW(place_window("x", in, kernel, stride, dilation, false), Error);
            continue;
          }
          const Window valid = place_window("x", in, kernel, stride, dilation, false);
          EXPECT_EQ(valid.out, places);
          EXPECT_EQ(valid.before + valid.total, 0);
        }
  EXPECT_NO_THROW(place_own_window("x", 5, 2, 5, 1, true));
  EXPECT_ERROR(place_own_window("x", 5, 2, 6, 1, true), "a stride of 6 is larger than the input's 5");
  EXPECT_ERROR(place_window("x", 5, 3, 1, 1 << 27, true), "kernel and dilation are too large");
  EXPECT_NO_THROW(place_window("x", 5, 2, 1, (1 << 28) - 1, true));
}

TEST(Weights, go_to_the_nearest_step_and_so_do_biases) {
  // scales: 127 / 127 = 1 of the first channel, 2 of the second; of the bias 0.5 of these
  const std::vector<float> w = {127, -3.5f, 2.49f, 254, -254, 3};
  const std::vector<float> bias = {10.26f, -7.5f};
  for (const DType type : {DType::kInt32, DType::kInt64}) {
    const WeightTensors t = quantize_weights("n", w, {2, 3}, bias, 0.5, type);
    EXPECT_EQ(t.weights.quant.scale, (std::vector<float>{1, 2}));
    EXPECT_EQ(t.bias.quant.scale, (std::vector<float>{0.5f, 1}));
    const std::vector<int8_t> q = t.weights.values<int8_t>();
    EXPECT_EQ(q[0], 127);
    EXPECT_NEAR(q[1], -3.5, 0.5);
    EXPECT_EQ(q[2], 2);
    EXPECT_EQ(q[3], 127);
    EXPECT_EQ(q[4], -127);
    const int64_t b[] = {type == DType::kInt32 ? t.bias.values<int32_t>()[0] : t.bias.values<int64_t>()[0],
                         type == DType::kInt32 ? t.bias.values<int32_t>()[1] : t.bias.values<int64_t>()[1]};
    EXPECT_EQ(b[0], 21);  // 20.52
    EXPECT_EQ(b[1], -8);  // -7.5: halves away from zero
  }
  for (float real = -3; real < 3; real += 0.0625f) {
    const WeightTensors t = quantize_weights("n", {127}, {1, 1}, {real}, 1, DType::kInt32);
    EXPECT_EQ(t.bias.values<int32_t>()[0], std::lround(real)) << real;
  }
  const WeightTensors one = quantize_weights("n", w, {2, 3}, bias, 0.5, DType::kInt32, true);
  EXPECT_EQ(one.weights.quant.scale, std::vector<float>{2});
  EXPECT_EQ(one.bias.values<int32_t>()[0], 10);  // 10.26
  // a bias that would not fit widens the scale until it is 2^29
  const WeightTensors huge = quantize_weights("n", {1}, {1, 1}, {1e9f}, 1e-3, DType::kInt32);
  EXPECT_NEAR(huge.bias.values<int32_t>()[0], 0x1p29, 100);
  const WeightTensors dead = quantize_weights("n", {0}, {1, 1}, {0}, 1, DType::kInt32);
  EXPECT_FLOAT_EQ(dead.weights.quant.scale[0], 1 / 127.0f);
}

bool is_refused(double largest, double multiplier, bool is_wide = false) {
  try {
    (is_wide ? check_wide_accumulator : check_accumulator)(kLayer, largest, multiplier);
    return false;
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), ErrorCode::kUnsupported);
    return true;
  }
}

TEST(Accumulator, is_refused_from_where_it_could_overflow) {
  constexpr double kRoom = 2147480000;
  EXPECT_FALSE(is_refused(kRoom - 1, 0.3));
  EXPECT_TRUE(is_refused(kRoom, 0.3));
  EXPECT_TRUE(is_refused(0x1p31, 1e-6));
  // a multiplier of 8 shifts left by four bits before it multiplies
  EXPECT_FALSE(is_refused(kRoom / 16 - 1, 8));
  EXPECT_TRUE(is_refused(kRoom / 16 + 1, 8));
  EXPECT_TRUE(is_refused(kRoom / 8, 15.9));
  EXPECT_FALSE(is_refused(kRoom / 16 - 1, 15.9));
  // the result alone
  EXPECT_TRUE(is_refused(4, 0x1p29));
  // 64-bit sums
  EXPECT_FALSE(is_refused(0x1p47 - 1, 1e-9, true));
  EXPECT_TRUE(is_refused(0x1p47, 1e-9, true));
  EXPECT_FALSE(is_refused(100, 0x1p13, true));
  EXPECT_TRUE(is_refused(100, 0x1p14, true));
  EXPECT_TRUE(is_refused(kRoom, 1, true));
  EXPECT_FALSE(is_refused(kRoom - 1, 1, true));
}

TEST(Accumulator, is_bounded_by_all_weights_and_the_bias) {
  const int8_t weights[] = {1, -128, 127, -5};
  EXPECT_EQ(accumulator_bound(weights, 4, -1000), 256.0 * (1 + 128 + 127 + 5) + 1000);
  EXPECT_EQ(accumulator_bound(weights, 3, 0), 256.0 * (1 + 128 + 127));
}

// The same through a layer: a dense one of 100 weights of 127.
TEST(Accumulator, of_a_layer_is_refused_at_the_same_edge) {
  const auto program = [](int32_t bias, bool is_conv) {
    ProgramBuilder b("edge");
    const int x = b.input(is_conv ? Shape{1, 1, 1, 100} : Shape{1, 100}, 0.01f, 0);
    ProgramTensor w{"w",
                    is_conv ? Shape{1, 1, 1, 100} : Shape{1, 100},
                    DType::kInt8,
                    {{0.01f}, {0}, 0},
                    std::vector<uint8_t>(100, 127),
                    true};
    ProgramTensor t{"b", {1}, DType::kInt32, {{1e-4f}, {0}, 0}, std::vector<uint8_t>(4), true};
    std::memcpy(t.data.data(), &bias, 4);
    const int iw = b.p.add_tensor(w), ib = b.p.add_tensor(t);
    return b.layer(is_conv ? "conv2d" : "dense", {}, {x, iw, ib},
                   {b.output(is_conv ? Shape{1, 1, 1, 1} : Shape{1, 1}, 1, 0)});
  };
  const int32_t edge = 2147480000 - 256 * 127 * 100;
  for (const bool is_conv : {false, true}) {
    EXPECT_NO_THROW(HostProgram(program(edge - 1, is_conv)));
    EXPECT_ERROR(HostProgram(program(edge, is_conv)), "could overflow a 32-bit accumulator");
    EXPECT_ERROR(HostProgram(program(-edge, is_conv)), "could overflow a 32-bit accumulator");
  }
}

TEST(Tensors, are_refused_at_the_edges_of_what_they_may_be) {
  for (int zero : {-128, 127}) EXPECT_EQ(zero_point_of(kLayer, tensor({1}, 1, zero)), zero);
  for (int zero : {-129, 128})
    EXPECT_ERROR(zero_point_of(kLayer, tensor({1}, 1, zero)), "has the zero point");
  for (float scale : {0.0f, -1.0f, INFINITY, NAN})
    EXPECT_ERROR(scale_of(kLayer, tensor({1}, scale, 0)), "has the scale");
  ProgramTensor none = tensor({1}, 1, 0), two = none;
  none.quant = {};
  two.quant = {{1, 1}, {0, 0}, 0};
  EXPECT_ERROR(scale_of(kLayer, none), "needs exactly one scale, it has 0");
  EXPECT_ERROR(scale_of(kLayer, two), "needs exactly one scale, it has 2");
  ProgramBuilder b("x");
  b.p.tensors = {tensor({1, 4}, 1, 0, DType::kInt16), tensor({1, 4}, 1, 1, DType::kInt16),
                 tensor({1, 4}, 1, 0), tensor({3}, 1, 0, DType::kInt32)};
  b.p.tensors[3].is_constant = true;
  const ProgramLayer l{"relu", "l", {}, {0, 1, 2, 3, -1}, {0, 1, 2}};
  EXPECT_EQ(&values_in(b.p, l, 0), &b.p.tensors[0]);
  EXPECT_ERROR(values_in(b.p, l, 1), "is int16 and has the zero point 1");
  EXPECT_ERROR(values_out(b.p, l, 1, b.p.tensors[0]), "is int16 and has the zero point 1");
  EXPECT_ERROR(values_out(b.p, l, 2, b.p.tensors[0]), "is int8, expected int16");
  EXPECT_ERROR(input_of(b.p, l, 2, DType::kInt16), "is int8, expected int16");
  EXPECT_ERROR(input_of(b.p, l, 5, DType::kInt8), "input 5 is missing");
  EXPECT_ERROR(input_of(b.p, l, 4, DType::kInt8), "input 4 is missing");
  EXPECT_ERROR(constant_of(b.p, l, 2, DType::kInt8), "must be a constant");
  EXPECT_EQ(optional_bias(b.p, l, 4, 3), nullptr);
  EXPECT_EQ(optional_bias(b.p, l, 3, 3), &b.p.tensors[3]);
  EXPECT_ERROR(optional_bias(b.p, l, 3, 4), "bias has 3 values for 4 outputs");
}

// All 256 entries. Fixed point may be a step away, but not at the ends.
template <class Function>
void check_table(const std::string &op, const Attrs &attrs, float sx, int zx, float sy, int zy, Function f) {
  ProgramBuilder b(op);
  const int x = b.input({1, 256}, sx, zx), y = b.output({1, 256}, sy, zy);
  HostProgram host(b.layer(op, attrs, {x}, {y}));
  int8_t in[256], out[256];
  for (int i = 0; i < 256; ++i) in[i] = static_cast<int8_t>(i - 128);
  host.invoke(in, out);
  int off = 0;
  for (int i = 0; i < 256; ++i) {
    const double real = f(static_cast<double>(sx) * (i - 128 - zx)) / static_cast<double>(sy) + zy,
                 nearest = std::clamp(std::round(real), -128.0, 127.0);
    const bool is_end = real < -128 + 1e-3 || real > 127.501;
    EXPECT_LE(std::fabs(out[i] - nearest), is_end ? 0 : 1)
        << op << " " << sx << " " << zx << " at " << i - 128;
    off += out[i] != nearest;
  }
  EXPECT_LE(off, 40) << op << " " << sx << " " << zx;
}

TEST(Tables, hold_their_function_and_saturate_at_both_ends) {
  for (const float scale : {0.002f, 0.03f, 0.1f, 0.5f, 3.0f, 40.0f})
    for (const int zero : {-128, -30, 0, 64, 127}) {
      check_table("logistic", {}, scale, zero, 1.0f / 256, -128,
                  [](double x) { return 1 / (1 + std::exp(-x)); });
      check_table("tanh", {}, scale, zero, 1.0f / 128, 0, [](double x) { return std::tanh(x); });
    }
  for (const float scale : {0.03f, 0.06f})
    for (const int zero : {-100, 0, 90}) {
      check_table("leaky_relu", {{"alpha", 0.1}}, scale, zero, 0.05f, -20,
                  [](double x) { return x > 0 ? x : 0.1 * x; });
      check_table("abs", {}, scale, zero, 0.05f, -20, [](double x) { return std::fabs(x); });
      check_table("hard_swish", {}, scale, zero, scale * 1.2f, -90,
                  [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; });
    }
  ProgramBuilder b("bad");
  const int x = b.input({1, 4}, 0.1f, 0), y = b.output({1, 4}, 1.0f / 256, -127);
  EXPECT_ERROR(HostProgram(b.layer("logistic", {}, {x}, {y})), "must have scale 1/256 and zero point -128");
}

// TFLite's LUTPopulate in double precision: 512 intervals, each value shifted by half of the error that a
// line to the next makes in the middle. In float arithmetic a few of the roundings fall to the other side.
template <class Function>
void check_wide_table(const std::vector<int64_t> &table, double low, double high, Function f) {
  ASSERT_EQ(table.size(), 513u);
  const double step = (high - low) / 512;
  int off = 0;
  for (int i = 0; i <= 512; ++i) {
    const double value = std::round(32768 * f(low + i * step)), next = 32768 * f(low + (i + 1) * step),
                 middle = std::round(32768 * f(low + (i + 0.5) * step)),
                 shift = i == 512 ? 0 : std::round((std::round((value + next) / 2) - middle) / 2);
    const double expected = std::min(value - shift, 32767.0);
    EXPECT_NEAR(static_cast<double>(table[static_cast<size_t>(i)]), expected, 1) << i;
    off += static_cast<double>(table[static_cast<size_t>(i)]) != expected;
  }
  EXPECT_LE(off, 10);
}

TEST(Tables, of_the_int16_softmax_are_exp_and_one_over_one_plus_x) {
  ProgramBuilder b("softmax");
  const int x = b.input({1, 4}, 0.001f, 0), y = b.output({1, 4}, 1.0f / 32768, 0);
  for (ProgramTensor &t : b.p.tensors) t.dtype = DType::kInt16;
  const IntegerProgram p = b.layer("softmax", {}, {x}, {y});
  const CCalls calls = op_by_name("softmax").c.get()(p, p.layers[0]);
  ASSERT_EQ(calls.size(), 1u);
  ASSERT_EQ(calls[0].arrays.size(), 2u);
  const auto values = [&](size_t k) {
    return std::vector<int64_t>(calls[0].arrays[k].values.begin(), calls[0].arrays[k].values.end());
  };
  check_wide_table(values(0), -10, 0, [](double v) { return std::exp(v); });
  check_wide_table(values(1), 0, 1, [](double v) { return 1 / (1 + v); });
}

uint64_t macs(const std::string &op, const std::vector<Shape> &in, const Shape &out,
              const Attrs &attrs = {}) {
  return op_by_name(op).cost.get()(in, out, attrs).macs;
}

TEST(Cost, counts_one_multiply_add_for_each_weight_at_each_place) {
  EXPECT_EQ(macs("dense", {{1, 30}, {7, 30}, {7}}, {1, 7}), 30u * 7);
  EXPECT_EQ(macs("dense", {{4, 30}, {7, 30}, {7}}, {4, 7}), 4u * 30 * 7);
  EXPECT_EQ(macs("conv2d", {{1, 9, 8, 3}, {5, 3, 2, 3}, {5}}, {1, 4, 7, 5}), 4u * 7 * 5 * 3 * 2 * 3);
  EXPECT_EQ(macs("depthwise_conv2d", {{1, 9, 8, 3}, {1, 3, 2, 6}, {6}}, {1, 4, 7, 6}), 4u * 7 * 6 * 3 * 2);
  // recurrent: of a program with eight matrices, and of a graph with two
  std::vector<Shape> lstm = {{1, 11, 4}};
  for (int g = 0; g < 4; ++g) lstm.push_back({6, 4});
  for (int g = 0; g < 4; ++g) lstm.push_back({6, 6});
  for (int g = 0; g < 4; ++g) lstm.push_back({6});
  EXPECT_EQ(macs("lstm", lstm, {1, 11, 6}), 11u * 4 * (6 * 4 + 6 * 6));
  EXPECT_EQ(macs("lstm", {{11, 4}, {4, 24}, {6, 24}, {24}}, {6}), 11u * 4 * (6 * 4 + 6 * 6));
  for (const char *op : {"softmax", "max_pool2d", "add", "relu", "reshape", "concatenation"})
    EXPECT_EQ(macs(op, {{1, 4, 4, 2}, {1, 4, 4, 2}}, {1, 4, 4, 2}), 0u) << op;
}

// The quick rounding doubles a sum of less than 2^30; a multiplier of 0 is no excuse for a larger one.
TEST(RuntimeTables, sums_that_are_large_are_marked_whatever_the_multiplier) {
  constexpr int64_t kLarge = int64_t{1} << 30;
  ops::ConvLayer layer{{}, {1, 1, 1, 1}, {0, kLarge, kLarge, 0}, DType::kInt32, {1, 1, 1, 1}, false};
  const auto shifts = [&](std::vector<int32_t> multipliers, std::vector<int8_t> given) {
    return ops::runtime_tables(layer, layer.weights, {std::move(multipliers), std::move(given)}, false)
        .multipliers.shift;
  };
  constexpr int8_t kWide = MOTE_WIDE_SUM;
  constexpr int32_t kHalf = 1 << 30;
  EXPECT_EQ(shifts({kHalf, kHalf, 0, 0}, {-3, -3, -100, -100}),
            (std::vector<int8_t>{-3, kWide - 3, kWide - 1, -1}));
  EXPECT_EQ(shifts({kHalf}, {-3}), std::vector<int8_t>{kWide - 3});  // one for all channels
  EXPECT_EQ(shifts({0}, {-3}), std::vector<int8_t>{kWide - 1});
}

}  // namespace
}  // namespace mote::test
