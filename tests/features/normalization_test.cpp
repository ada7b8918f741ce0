// Normalization against its formula: a population's deviation, per channel or per value of the window.
#include "features/preprocessing.h"

#include <cmath>

#include "test_support.h"

namespace mote {
namespace {

// Two windows of (3 rows, 2 channels).
const std::vector<float> kValues = {1, 10, 2, 30, 6, 20, 3, 40, 5, 60, 1, 20};

struct Fitted {
  std::vector<float> mean, gain;
};

Fitted fit_normalization(const std::string &kind, const float *values, size_t examples, int window,
                         int channels) {
  Preprocessing p{window, channels, 0, {}, {normalization(kind)}};
  fit(p, values, examples);
  return {p.steps[0].table("mean"), p.steps[0].table("gain")};
}

std::pair<double, double> moments(const std::vector<double> &v) {
  double mean = 0, variance = 0;
  for (double x : v) mean += x / static_cast<double>(v.size());
  for (double x : v) variance += (x - mean) * (x - mean) / static_cast<double>(v.size());
  return {mean, std::sqrt(variance)};
}

TEST(Normalize, by_channel_uses_every_row_of_it) {
  const Fitted n = fit_normalization("channel", kValues.data(), 2, 3, 2);
  ASSERT_EQ(n.mean.size(), 2u);
  const std::vector<double> channels[2] = {{1, 2, 6, 3, 5, 1}, {10, 30, 20, 40, 60, 20}};
  for (size_t c = 0; c < 2; ++c) {
    const auto [mean, deviation] = moments(channels[c]);
    EXPECT_NEAR(n.mean[c], mean, 1e-6);
    EXPECT_NEAR(n.gain[c], 1 / deviation, 1e-6);
  }
}

TEST(Normalize, by_feature_uses_one_value_of_every_window) {
  const Fitted n = fit_normalization("feature", kValues.data(), 2, 3, 2);
  ASSERT_EQ(n.mean.size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    const auto [mean, deviation] =
        moments({static_cast<double>(kValues[i]), static_cast<double>(kValues[i + 6])});
    EXPECT_NEAR(n.mean[i], mean, 1e-6);
    EXPECT_NEAR(n.gain[i], 1 / (deviation > 0 ? deviation : std::fabs(mean)), 1e-6);
  }
}

TEST(Normalize, leaves_what_does_not_vary_and_refuses_other_kinds) {
  const std::vector<float> flat = {4, 1, 4, 3};
  const Fitted n = fit_normalization("channel", flat.data(), 1, 2, 2);
  EXPECT_EQ(n.mean, (std::vector<float>{4, 2}));
  EXPECT_EQ(n.gain, (std::vector<float>{0.25f, 1}));  // the deviation of 1 and 3 is 1; 4 is constant
  const Fitted none = fit_normalization("none", flat.data(), 1, 2, 2);
  EXPECT_EQ(none.mean, std::vector<float>{0});
  EXPECT_EQ(none.gain, std::vector<float>{1});
  EXPECT_ERROR(fit_normalization("minmax", flat.data(), 1, 2, 2), "'minmax' is unknown");
  // one float apart is no difference, whatever the unit; zero has no scale
  for (const float unit : {1e-12f, 1.0f, 1e9f}) {
    const float next = std::nextafter(unit, 2 * unit);
    const std::vector<float> close = {unit, -unit, 0, next, unit, 0};
    const Fitted edge = fit_normalization("channel", close.data(), 1, 2, 3);
    EXPECT_FLOAT_EQ(edge.gain[0], 1 / unit);
    EXPECT_FLOAT_EQ(edge.gain[1], 1 / unit);
    EXPECT_EQ(edge.gain[2], 1.0f);
  }
}

TEST(Normalize, applies_means_and_gains_in_turn) {
  const std::vector<float> x = {1, 2, 3, 4, 5};
  std::vector<float> y(5);
  const Preprocessing p{5, 1, 0, {}, {normalization("channel", {1, 10}, {2, 0.5f})}};
  FrontEnd(p).apply(x.data(), y.data());
  EXPECT_EQ(y, (std::vector<float>{0, -4, 4, -3, 8}));
}

}  // namespace
}  // namespace mote
