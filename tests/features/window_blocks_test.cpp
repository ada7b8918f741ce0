// Blocks that work row by row, and the normalization of windows, against their formulas in double precision.
#include "fitted_block.h"

namespace mote {
namespace {

using test::block_values, test::channel_of, test::expect_close, test::noise_window;

TEST(Raw, is_the_window_or_some_of_its_channels) {
  const std::vector<float> x = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(block_values("raw", {}, {2, 3}, x), x);
  EXPECT_EQ(block_values("raw", {{"axes", std::vector<int64_t>{2, 0}}, {"scale", 0.5}}, {2, 3}, x),
            (std::vector<float>{1.5f, 0.5f, 3, 2}));
  EXPECT_ERROR(block_values("raw", {{"axes", std::vector<int64_t>{3}}}, {2, 3}, x), "there is no axis 3");
  EXPECT_ERROR(block_values("raw", {{"axes", std::vector<int64_t>{1, 1}}}, {2, 3}, x),
               "axis 1 is listed twice");
}

TEST(Magnitude, is_the_length_of_the_vector_in_every_unit) {
  for (const float unit : {1.0f, 1e-30f, 1e30f}) {
    std::vector<float> x = noise_window(300, 4);
    for (float &v : x) v *= unit;
    const std::vector<float> y = block_values("magnitude", {}, {100, 3}, x);
    const std::vector<float> kept = block_values(
        "magnitude", {{"keep", std::string("true")}, {"axes", std::vector<int64_t>{0, 2}}}, {100, 3}, x);
    for (size_t t = 0; t < 100; ++t) {
      const double a = x[3 * t], b = x[3 * t + 1], c = x[3 * t + 2];
      EXPECT_NEAR(y[t] / std::sqrt(a * a + b * b + c * c), 1, 3e-7);
      EXPECT_NEAR(kept[4 * t + 3] / std::sqrt(a * a + c * c), 1, 3e-7);
      for (size_t k = 0; k < 3; ++k) EXPECT_EQ(kept[4 * t + k], x[3 * t + k]);
    }
  }
  EXPECT_EQ(block_values("magnitude", {}, {1, 3}, {0, 0, 0}), std::vector<float>{0});
}

TEST(SignFree, gives_the_same_whichever_way_round_a_device_is_worn) {
  std::vector<float> x = noise_window(60, 8), turned = x;
  for (size_t i = 0; i < x.size(); ++i)
    if (i % 3 != 1) turned[i] = -x[i];
  const Attrs axes = {{"axes", std::vector<int64_t>{0, 2}}};
  const std::vector<float> y = block_values("sign_free", axes, {20, 3}, x);
  EXPECT_EQ(y, block_values("sign_free", axes, {20, 3}, turned));
  for (size_t i = 0; i < x.size(); ++i) EXPECT_EQ(y[i], i % 3 == 1 ? x[i] : std::fabs(x[i]));
  EXPECT_EQ(block_values("sign_free", {}, {2, 1}, {-2, 3}), (std::vector<float>{2, 3}));
}

std::vector<double> normalized(const std::vector<double> &x, const std::string &method, double epsilon) {
  double mean = 0, square = 0, least = x[0], most = x[0];
  for (const double v : x) {
    mean += v / static_cast<double>(x.size());
    least = std::min(least, v);
    most = std::max(most, v);
  }
  for (const double v : x) square += (v - mean) * (v - mean) / static_cast<double>(x.size());
  const double offset = method == "minmax" ? least : method == "max_abs" ? 0 : mean;
  double divisor = method == "mean"       ? 1
                   : method == "standard" ? std::sqrt(square)
                   : method == "minmax"   ? most - least
                                          : std::max(-least, most);
  divisor = std::max(divisor, epsilon);
  std::vector<double> y;
  for (const double v : x) y.push_back(divisor > 0 ? (v - offset) / divisor : 0);
  return y;
}

TEST(WindowNormalization, is_that_of_the_formulas) {
  constexpr size_t kChannels = 3;
  for (const int rows : {1, 2, 65, 1000})
    for (const char *method : {"mean", "standard", "minmax", "max_abs"})
      for (const double epsilon : {1e-6, 2.0}) {
        std::vector<float> x = noise_window(rows * kChannels, static_cast<uint64_t>(rows), 3, -40);
        const Attrs by_axis = {{"method", std::string(method)}, {"epsilon", epsilon}};
        Attrs by_window = by_axis;
        by_window["per"] = std::string("window");
        const std::vector<float> each = block_values("window_normalization", by_axis, {rows, kChannels}, x);
        for (size_t c = 0; c < kChannels; ++c) {
          std::vector<float> mine;
          for (size_t i = c; i < each.size(); i += kChannels) mine.push_back(each[i]);
          expect_close(mine, normalized(channel_of(x, kChannels, c), method, epsilon), 2e-5, method);
        }
        expect_close(block_values("window_normalization", by_window, {rows, kChannels}, x),
                     normalized(channel_of(x, 1, 0), method, epsilon), 2e-5, method);
      }
}

TEST(WindowNormalization, a_constant_is_no_signal_and_extremes_are_exact) {
  const std::vector<float> constant(50, 0.1f);
  for (const char *method : {"mean", "standard", "minmax"})
    for (const double epsilon : {0.0, 1e-6})
      EXPECT_EQ(block_values("window_normalization", {{"method", std::string(method)}, {"epsilon", epsilon}},
                             {50, 1}, constant),
                std::vector<float>(50))
          << method;
  EXPECT_EQ(block_values("window_normalization", {{"method", std::string("max_abs")}, {"epsilon", 0.0}},
                         {3, 1}, {0, 0, 0}),
            std::vector<float>(3));
  EXPECT_EQ(block_values("window_normalization", {{"method", std::string("minmax")}}, {3, 1}, {-7, 5, -1}),
            (std::vector<float>{0, 1, 0.5f}));
}

}  // namespace
}  // namespace mote
