// What parameters are before training, as Keras documents it.
#include <cmath>

#include "test_support.h"

namespace mote {
namespace {

const Parameter &parameter(const Model &m, const std::string &suffix) {
  for (const Parameter &p : m.graph.params)
    if (p.name.ends_with(suffix)) return p;
  ADD_FAILURE() << "no parameter " << suffix;
  return m.graph.params.at(0);
}
Model initialized(const Shape &input, const Layer &layer, uint64_t seed = 5) {
  Model m = sequential("m", input, {layer});
  initialize(m.graph, seed);
  return m;
}

TEST(InitialValues, of_an_lstm_open_the_forget_gate) {  // unit_forget_bias; gate order i, f, c, o
  const Model m = initialized({4, 2}, LSTM{3});
  EXPECT_EQ(parameter(m, "/bias").data, (std::vector<float>{0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0}));
}

TEST(InitialValues, of_other_biases_are_zero_and_of_normalization_one) {
  const auto all = [](const Model &m, const std::string &suffix, float value) {
    const std::vector<float> &data = parameter(m, suffix).data;
    ASSERT_FALSE(data.empty());
    EXPECT_EQ(data, std::vector<float>(data.size(), value)) << suffix;
  };
  all(initialized({4, 2}, GRU{3}), "/bias", 0);
  all(initialized({4, 2}, SimpleRNN{3}), "/bias", 0);
  all(initialized({4}, Dense{3}), "/bias", 0);
  all(initialized({8, 8, 2}, Conv2D{3}), "/bias", 0);
  all(initialized({8, 8, 2}, DepthwiseConv2D{3}), "/bias", 0);
  const Model norm = initialized({4}, BatchNorm{});
  all(norm, "/gamma", 1);
  all(norm, "/beta", 0);
  all(norm, "/moving_mean", 0);
  all(norm, "/moving_variance", 1);
  EXPECT_EQ(norm.graph.parameter_count(), 16u);
  EXPECT_EQ(norm.graph.trainable_count(), 8u);
}

// Rows, or columns where they are fewer, have length 1 and right angles between them.
TEST(InitialValues, of_recurrent_kernels_are_orthogonal) {
  const auto check = [](const Layer &layer, size_t rows, size_t columns) {
    const Model m = initialized({4, 2}, layer);
    const std::vector<float> &w = parameter(m, "/recurrent_kernel").data;
    ASSERT_EQ(w.size(), rows * columns);
    for (size_t a = 0; a < rows; ++a)
      for (size_t b = 0; b < rows; ++b) {
        double dot = 0;
        for (size_t k = 0; k < columns; ++k)
          dot += static_cast<double>(w[a * columns + k]) * w[b * columns + k];
        EXPECT_NEAR(dot, a == b ? 1 : 0, 1e-6) << a << " " << b;
      }
    EXPECT_NE(std::fabs(w[0]), 1.0f);  // not the identity
  };
  check(LSTM{5}, 5, 20);
  check(GRU{5}, 5, 15);
  check(SimpleRNN{5}, 5, 5);
}

// Fans: Keras counts the taps of a kernel for both.
TEST(InitialValues, of_kernels_fill_the_range_of_their_fans) {
  const auto check = [](const Model &m, double fan_in, double fan_out) {
    const std::vector<float> &w = parameter(m, "/kernel").data;
    const double limit = std::sqrt(6 / (fan_in + fan_out));
    double least = 0, most = 0, squares = 0;
    for (float v : w) {
      least = std::fmin(least, v);
      most = std::fmax(most, v);
      squares += static_cast<double>(v) * v;
    }
    EXPECT_GE(least, -limit);
    EXPECT_LE(most, limit);
    EXPECT_NEAR(least, -limit, 0.05 * limit);
    EXPECT_NEAR(most, limit, 0.05 * limit);
    EXPECT_NEAR(squares / static_cast<double>(w.size()), limit * limit / 3, 0.1 * limit * limit);
  };
  check(initialized({50}, Dense{40}), 50, 40);
  check(initialized({20, 12}, Conv1D{16, 5}), 5 * 12, 5 * 16);
  check(initialized({9, 9, 10}, Conv2D{16, 3}), 9 * 10, 9 * 16);
  check(initialized({9, 9, 40}, DepthwiseConv2D{3}), 9 * 40, 9);
  check(initialized({4, 30}, LSTM{10}), 30, 40);
  check(initialized({4, 30}, GRU{10}), 30, 30);
  check(initialized({4, 30}, SimpleRNN{10}), 30, 10);
}

struct Moments {
  double least = 0, most = 0, variance = 0;
};
Moments moments_of(const std::vector<float> &w) {
  Moments m;
  double sum = 0, squares = 0;
  for (const float v : w) {
    m.least = std::fmin(m.least, v);
    m.most = std::fmax(m.most, v);
    sum += v;
    squares += static_cast<double>(v) * v;
  }
  const auto n = static_cast<double>(w.size());
  m.variance = squares / n - sum * sum / n / n;
  return m;
}

// A limit that is nearly reached and never passed, and the variance of what lies even within it.
void expect_uniform(const Model &m, const std::string &suffix, double limit) {
  const Moments w = moments_of(parameter(m, suffix).data);
  EXPECT_GE(w.least, -limit * (1 + 1e-6));
  EXPECT_LE(w.most, limit * (1 + 1e-6));
  EXPECT_NEAR(w.least, -limit, 0.06 * limit);
  EXPECT_NEAR(w.most, limit, 0.06 * limit);
  EXPECT_NEAR(w.variance, limit * limit / 3, 0.04 * limit * limit);
}

TEST(InitialValues, of_pytorch_lie_within_the_root_of_what_a_filter_sees) {
  const std::string name = "pytorch_uniform";
  expect_uniform(initialized({50}, Dense{.units = 40, .initializer = name}), "/kernel", 1 / std::sqrt(50.0));
  expect_uniform(initialized({9}, Dense{.units = 2000, .initializer = name}), "/bias", 1 / 3.0);
  const Model conv = initialized({60, 12}, Conv1D{.filters = 300, .kernel = 5, .initializer = name});
  expect_uniform(conv, "/kernel", 1 / std::sqrt(5 * 12.0));
  expect_uniform(conv, "/bias", 1 / std::sqrt(5 * 12.0));
  // groups = channels: torch.nn.init counts weight.size(1) * taps = 1 * 9
  const Model depthwise = initialized({9, 9, 400}, DepthwiseConv2D{.kernel = 3, .initializer = name});
  expect_uniform(depthwise, "/kernel", 1 / 3.0);
  expect_uniform(depthwise, "/bias", 1 / 3.0);
  const Model gru = initialized({4, 36}, GRU{.units = 50, .initializer = name});
  expect_uniform(gru, "/kernel", 1 / 6.0);
  EXPECT_EQ(moments_of(parameter(gru, "/bias").data).variance, 0);
}

TEST(InitialValues, by_fan_out_have_the_variance_of_the_way_back) {
  const auto conv = [](const std::string &name) {
    return initialized({60, 12}, Conv1D{.filters = 100, .kernel = 5, .initializer = name});
  };
  const double variance = 2 / (5 * 100.0);
  expect_uniform(conv("he_uniform_fan_out"), "/kernel", std::sqrt(3 * variance));
  const Model normal = conv("he_normal_fan_out");
  const Moments w = moments_of(parameter(normal, "/kernel").data);
  EXPECT_NEAR(w.variance, variance, 0.06 * variance);
  const double cut = 2 * std::sqrt(variance) / 0.87962566;  // the deviation of a normal cut at two
  EXPECT_LE(w.most, cut * (1 + 1e-6));
  EXPECT_GT(w.most, 0.95 * cut);
  EXPECT_EQ(moments_of(parameter(normal, "/bias").data).variance, 0);
}

TEST(InitialValues, of_a_truncated_normal_do_not_ask_for_fans) {
  for (const int units : {20, 200}) {
    const Model m = initialized({150}, Dense{.units = units, .initializer = "truncated_normal"});
    const Moments w = moments_of(parameter(m, "/kernel").data);
    EXPECT_LE(w.most, 0.1 + 1e-7);
    EXPECT_GE(w.least, -0.1 - 1e-7);
    EXPECT_GT(w.most, 0.097);
    const double deviation = 0.05 * 0.87962566;  // of a normal number cut at two deviations
    EXPECT_NEAR(w.variance, deviation * deviation, 0.06 * deviation * deviation);
  }
}

TEST(InitialValues, differ_by_seed_and_from_one_parameter_to_the_next) {
  const Layer twice[] = {Dense{6}, Dense{6}};
  const auto kernels = [&](uint64_t seed) {
    Model m = sequential("m", {6}, {twice[0], twice[1]});
    initialize(m.graph, seed);
    return std::pair(m.graph.params[0].data, m.graph.params[2].data);
  };
  EXPECT_EQ(kernels(1), kernels(1));
  EXPECT_NE(kernels(1).first, kernels(2).first);
  EXPECT_NE(kernels(1).first, kernels(1).second);
}

TEST(ValueRange, grows_to_both_sides) {
  ValueRange range{};
  const float values[] = {1, -2, 3, -5};
  range.include(values, 3);
  EXPECT_EQ(range.low, -2.0f);
  EXPECT_EQ(range.high, 3.0f);
  range.include(values, 4);
  EXPECT_EQ(range.low, -5.0f);
}

}  // namespace
}  // namespace mote
