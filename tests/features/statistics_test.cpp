// Statistics against their formulas in double precision.
#include <cmath>

#include "features/feature_def.h"
#include "test_support.h"

namespace mote {
namespace {

std::vector<float> statistics_of(const std::vector<float> &x, const Shape &window,
                                 const std::string &values) {
  const FeatureDef &block = feature_by_name("statistics");
  const PreprocessingStep step{
      "statistics",
      complete_attrs("", block.attrs, values.empty() ? Attrs{} : Attrs{{"values", values}}),
      {}};
  std::vector<float> y(block.shape(step, window).elements());
  block.apply.get()(step, window, x.data(), nullptr, y.data());
  return y;
}

std::vector<double> expected_statistics(const std::vector<float> &x, int rows, int channels, int c) {
  std::vector<double> v;
  for (int i = 0; i < rows; ++i) v.push_back(static_cast<double>(x[static_cast<size_t>(i * channels + c)]));
  double mean = 0, moments[3] = {}, square = 0, low = v[0], high = v[0];
  int zero = 0, crossings = 0;
  for (double d : v) mean += d / rows;
  for (size_t i = 0; i < v.size(); ++i) {
    const double d = v[i] - mean;
    moments[0] += d * d / rows;
    moments[1] += d * d * d / rows;
    moments[2] += d * d * d * d / rows;
    square += v[i] * v[i] / rows;
    low = std::min(low, v[i]);
    high = std::max(high, v[i]);
    if (i == 0) continue;
    zero += (v[i - 1] < 0) != (v[i] < 0);
    crossings += (v[i - 1] < mean) != (v[i] < mean);
  }
  const double deviation = std::sqrt(moments[0]);
  return {mean,
          deviation,
          std::sqrt(square),
          low,
          high,
          high - low,
          moments[1] / (deviation * moments[0]),
          moments[2] / (moments[0] * moments[0]) - 3,
          zero / (rows - 1.0),
          crossings / (rows - 1.0)};
}

TEST(Statistics, are_those_of_the_formulas) {
  for (const int rows : {2, 3, 64, 65, 1000, 16000}) {
    constexpr int kChannels = 3;
    std::vector<float> x;
    Random random(5, {static_cast<uint64_t>(rows)});
    for (int i = 0; i < rows; ++i)
      for (int c = 0; c < kChannels; ++c)
        x.push_back(static_cast<float>(random.normal() * (c + 1) + (c == 2 ? 500.0 : 0.3 * c)));
    const std::vector<float> y = statistics_of(x, {rows, kChannels}, "");
    ASSERT_EQ(y.size(), 30u);
    for (int c = 0; c < kChannels; ++c) {
      const std::vector<double> expected = expected_statistics(x, rows, kChannels, c);
      for (size_t k = 0; k < expected.size(); ++k)
        EXPECT_NEAR(y[static_cast<size_t>(c) * 10 + k], expected[k],
                    (c == 2 ? 2e-4 : 2e-5) * std::max(1.0, std::fabs(expected[k])))
            << rows << " rows, channel " << c << ", statistic " << k;
    }
  }
}

TEST(Statistics, mean_the_same_in_every_unit) {
  Random random(9);
  std::vector<float> x;
  for (int i = 0; i < 100; ++i) x.push_back(static_cast<float>(random.normal() + 2));
  const std::vector<float> y = statistics_of(x, {100, 1}, "");
  for (const float unit : {1e-30f, 1e-12f, 1e12f, 1e30f}) {
    std::vector<float> scaled = x;
    for (float &v : scaled) v *= unit;
    const std::vector<float> z = statistics_of(scaled, {100, 1}, "");
    for (size_t k = 0; k < y.size(); ++k) {
      const float expected = k < 6 ? y[k] * unit : y[k];
      EXPECT_NEAR(z[k] / expected, 1, 1e-4) << unit << " statistic " << k;
    }
  }
}

TEST(Statistics, of_a_constant_are_exact) {
  const std::vector<float> x(300, 0.1f);
  EXPECT_EQ(statistics_of(x, {300, 1}, "mean,deviation,min,max,range,skewness,kurtosis,mean_crossings"),
            (std::vector<float>{0.1f, 0, 0.1f, 0.1f, 0, 0, -3, 0}));
}

TEST(Statistics, can_be_chosen_and_unknown_ones_are_refused) {
  const std::vector<float> x = {1, -1, 3, -3};
  EXPECT_EQ(statistics_of(x, {4, 1}, "max, min"), (std::vector<float>{-3, 3}));
  EXPECT_ERROR(statistics_of(x, {4, 1}, "median"), "there is no statistic 'median'");
  EXPECT_ERROR(statistics_of(x, {4, 1}, "max,"), "there is no statistic ''");
  EXPECT_ERROR(statistics_of(x, {1, 4}, ""), "a window of one row has none");
}

}  // namespace
}  // namespace mote
