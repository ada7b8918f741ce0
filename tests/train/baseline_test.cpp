// Scores without a network, and windows in their main directions.
//
// Oracles: distances to means one by one; ridge regression by Gaussian elimination; a cloud of points whose
// directions are known.
#include "train/baseline.h"

#include <cmath>
#include <utility>

#include "data/network_inputs.h"
#include "features/preprocessing.h"
#include "train/second_trainer.h"
#include "train/window_map.h"

namespace mote {
namespace {

Model normalized_model(const Splits &data, ModelTarget target = ModelTarget::kClasses) {
  Model model = test::toy_model();
  model.preprocessing = {data.train.window,        data.train.channels,        data.train.rate_hz,
                         data.train.channel_names, {normalization("feature")}, target};
  fit(model.preprocessing, data.train.values.data(), data.train.size());
  return model;
}

std::vector<std::vector<double>> inputs_of(const Model &model, const Dataset &set) {
  std::vector<std::vector<double>> rows;
  std::vector<float> x(output_shape(model.preprocessing).elements());
  for (size_t i = 0; i < set.size(); ++i) {
    FrontEnd(model.preprocessing).apply(set.example(i), x.data());
    rows.emplace_back(x.begin(), x.end());
  }
  return rows;
}

double accuracy_of_nearest_means(const Model &model, const Splits &data) {
  const auto train = inputs_of(model, data.train), test = inputs_of(model, data.test);
  const size_t d = train[0].size(), classes = data.train.labels.size();
  std::vector<std::vector<double>> means(classes, std::vector<double>(d));
  std::vector<double> counts(classes);
  for (size_t i = 0; i < train.size(); ++i) {
    const auto c = static_cast<size_t>(data.train.classes[i]);
    ++counts[c];
    for (size_t k = 0; k < d; ++k) means[c][k] += train[i][k];
  }
  size_t right = 0;
  for (size_t i = 0; i < test.size(); ++i) {
    size_t best = 0;
    double least = HUGE_VAL;
    for (size_t c = 0; c < classes; ++c) {
      double sum = 0;
      for (size_t k = 0; k < d; ++k) sum += std::pow(test[i][k] - means[c][k] / counts[c], 2);
      if (sum < least) {
        least = sum;
        best = c;
      }
    }
    right += std::cmp_equal(best, data.test.classes[i]);
  }
  return static_cast<double>(right) / static_cast<double>(test.size());
}

// a x = b by elimination with pivots.
std::vector<double> solved(std::vector<std::vector<double>> a, std::vector<double> b) {
  const size_t n = b.size();
  for (size_t c = 0; c < n; ++c) {
    size_t pivot = c;
    for (size_t r = c; r < n; ++r)
      if (std::fabs(a[r][c]) > std::fabs(a[pivot][c])) pivot = r;
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double factor = a[r][c] / a[c][c];
      for (size_t k = c; k < n; ++k) a[r][k] -= factor * a[c][k];
      b[r] -= factor * b[c];
    }
  }
  for (size_t c = 0; c < n; ++c) b[c] /= a[c][c];
  return b;
}

// Mean absolute error on test windows of ridge regression to one target, as baseline.cpp defines its penalty.
double error_of_ridge(const Model &model, const Splits &data) {
  const auto train = inputs_of(model, data.train), test = inputs_of(model, data.test);
  const size_t d = train[0].size(), n = train.size();
  double mean = 0, squares = 0, sum = 0;
  for (const float t : data.train.targets) mean += static_cast<double>(t) / static_cast<double>(n);
  std::vector<std::vector<double>> a(d, std::vector<double>(d));
  std::vector<double> b(d);
  for (size_t i = 0; i < n; ++i)
    for (size_t k = 0; k < d; ++k) {
      squares += train[i][k] * train[i][k];
      b[k] += train[i][k] * (static_cast<double>(data.train.targets[i]) - mean);
      for (size_t j = 0; j < d; ++j) a[k][j] += train[i][k] * train[i][j];
    }
  for (size_t k = 0; k < d; ++k) a[k][k] += 0.01 * squares / static_cast<double>(std::min(n, d));
  const std::vector<double> w = solved(a, b);
  for (size_t i = 0; i < test.size(); ++i) {
    double y = mean;
    for (size_t k = 0; k < d; ++k) y += w[k] * test[i][k];
    sum += std::fabs(y - static_cast<double>(data.test.targets[i]));
  }
  return sum / static_cast<double>(test.size());
}

// A target that the middle of a window says.
Splits with_targets(Splits data) {
  for (Dataset *set : {&data.train, &data.val, &data.test})
    for (size_t i = 0; i < set->size(); ++i)
      set->targets.push_back(2 * set->example(i)[30] - set->example(i)[31] + 3);
  return data;
}

TEST(Baseline, the_nearest_mean_is_that_of_distances) {
  const Splits data = test::toy_splits(4, 20, 3, 40, 5);
  const Model model = normalized_model(data);
  ThreadPool pool(1);
  const auto b = baseline_of(model, data, 1e12, pool);
  ASSERT_TRUE(b && b->test);
  EXPECT_EQ(b->test->means, accuracy_of_nearest_means(model, data));
}

// Volts of a sensor or counts of a converter: the unit says nothing of the classes.
TEST(Baseline, does_not_depend_on_the_unit) {
  const auto scores = [](float unit) {
    Splits data = test::toy_splits(4, 20, 3, 40, 5);
    for (Dataset *set : {&data.train, &data.val, &data.test})
      for (float &v : set->values) v *= unit;
    Model model = test::toy_model();
    model.preprocessing = {
        data.train.window, data.train.channels, 0, data.train.channel_names, {normalization("none")}};
    fit(model.preprocessing, data.train.values.data(), data.train.size());
    ThreadPool pool(1);
    const auto b = baseline_of(model, data, 1e12, pool);
    return std::pair(b->test->means, b->test->linear.value_or(0));
  };
  const auto usual = scores(1);
  EXPECT_GT(usual.first, 0.3);
  EXPECT_EQ(scores(0x1p-24f), usual);
  EXPECT_EQ(scores(0x1p+24f), usual);
}

TEST(Baseline, the_linear_model_is_ridge_regression) {
  const Splits data = with_targets(test::toy_splits(3, 20, 3, 40));
  const Model model = normalized_model(data, ModelTarget::kValues);
  ThreadPool pool(1);
  const auto b = baseline_of(model, data, 1e12, pool);
  ASSERT_TRUE(b && b->test && b->test->linear);
  EXPECT_NEAR(*b->test->linear, error_of_ridge(model, data), 1e-4);
  EXPECT_LT(*b->test->linear, 0.5 * b->test->means);
}

TEST(Baseline, a_linear_model_tells_what_is_linear) {
  const Splits data = test::toy_splits();
  ThreadPool pool(2);
  const auto b = baseline_of(normalized_model(data), data, 1e12, pool);
  ASSERT_TRUE(b && b->val && b->val->linear);
  EXPECT_GT(*b->val->linear, 0.8);
}

TEST(Baseline, same_bits_for_any_threads) {
  const Splits data = with_targets(test::toy_splits(3, 20, 3, 40));
  const Model model = normalized_model(data, ModelTarget::kValues);
  ThreadPool one(1);
  const auto expected = baseline_of(model, data, 1e12, one);
  for (const int threads : {2, 3, 7}) {
    ThreadPool pool(threads);
    const auto b = baseline_of(model, data, 1e12, pool);
    EXPECT_EQ(*b->test->linear, *expected->test->linear);
    EXPECT_EQ(b->val->means, expected->val->means);
  }
}

TEST(Baseline, is_left_out_where_it_would_be_too_much) {
  Splits data = test::toy_splits(60, 100, 3, 12);
  const Model model = [&] {
    Model m = test::toy_model(60, 100, 3);
    m.preprocessing = {100, 3, 50, {}, {normalization("none")}};
    fit(m.preprocessing, nullptr, 0);
    return m;
  }();
  ThreadPool pool(2);
  const auto b = baseline_of(model, data, 0, pool);
  ASSERT_TRUE(b && b->val);
  EXPECT_FALSE(b->val->linear);  // eight steps are more than a tenth of a second
  EXPECT_TRUE(baseline_of(model, data, 5e10, pool)->val->linear);
  while (data.train.values.size() * sizeof(float) <= 50'000'000) {
    const SensorValues values = data.train.values;
    const std::vector<int> classes = data.train.classes;
    data.train.values.insert(data.train.values.end(), values.begin(), values.end());
    data.train.classes.insert(data.train.classes.end(), classes.begin(), classes.end());
  }
  EXPECT_FALSE(baseline_of(model, data, 1e12, pool));
  EXPECT_FALSE(
      baseline_of(normalized_model(test::toy_splits(), ModelTarget::kInput), test::toy_splits(), 1e12, pool));
}

// Two clouds in ten values that vary together along one direction, and one point that is neither.
struct Clouds {
  static constexpr size_t kWindows = 60, kValues = 10;
  std::vector<float> values;
  std::vector<int> classes;
  Clouds() {
    Random random(3, {});
    for (size_t w = 0; w < kWindows; ++w) {
      classes.push_back(w % 2);
      const double along = w % 2 == 0 ? -4 : 4;
      for (size_t k = 0; k < kValues; ++k)
        values.push_back(static_cast<float>((k % 2 == 0 ? along : -along) + random.normal()));
    }
    classes[7] = 0;  // looks as the others of class 1 do
  }
  WindowValues row() const {
    return [this](size_t w) { return values.data() + w * kValues; };
  }
};

TEST(WindowMap, the_first_direction_is_the_one_that_varies_most) {
  const Clouds clouds;
  const WindowValues row = clouds.row();
  ThreadPool pool(1);
  const WindowMap map = window_map(Clouds::kWindows, Clouds::kValues, row, pool);
  ASSERT_EQ(map.directions, 8u);
  EXPECT_GT(map.shares[0], 0.8);
  for (size_t d = 1; d < map.directions; ++d) EXPECT_LE(map.shares[d], map.shares[d - 1]);
  // along the direction (1, -1, 1, ...) / sqrt(10) of standardized values, whichever way it points
  const double sign = map.places[0] * -1 > 0 ? 1 : -1;
  for (size_t w = 0; w < Clouds::kWindows; ++w) {
    double expected = 0;
    for (size_t k = 0; k < Clouds::kValues; ++k)
      expected += (k % 2 == 0 ? 1 : -1) * static_cast<double>((row(w)[k] - map.mean[k]) * map.gain[k]) /
                  std::sqrt(10.0);
    EXPECT_NEAR(sign * map.places[w * map.directions], expected, 0.25);
  }
}

TEST(WindowMap, same_bits_for_any_threads_and_few_windows_or_values) {
  const Clouds clouds;
  const WindowValues row = clouds.row();
  ThreadPool one(1), three(3);
  EXPECT_EQ(window_map(Clouds::kWindows, Clouds::kValues, row, one).places,
            window_map(Clouds::kWindows, Clouds::kValues, row, three).places);
  EXPECT_EQ(window_map(1, Clouds::kValues, row, one).places, std::vector<double>{0});
  EXPECT_EQ(window_map(5, 1, row, one).directions, 1u);
  EXPECT_EQ(window_map(0, 0, row, one).directions, 0u);
}

TEST(WindowMap, a_window_of_the_wrong_class_is_far_from_its_own_and_near_the_other) {
  const Clouds clouds;
  const WindowValues row = clouds.row();
  ThreadPool pool(2);
  const WindowMap map = window_map(Clouds::kWindows, Clouds::kValues, row, pool);
  const auto distances = distances_in_class(map, clouds.classes, 2);
  for (size_t w = 0; w < Clouds::kWindows; ++w)
    if (w != 7) {
      EXPECT_LT(distances[w].distance, distances[7].distance);
      EXPECT_EQ(distances[w].nearest, clouds.classes[w]);
    }
  EXPECT_EQ(distances[7].nearest, 1);
  EXPECT_GT(distances[7].distance, 3);
}

}  // namespace
}  // namespace mote
