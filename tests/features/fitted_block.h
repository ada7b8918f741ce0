// A block as the tests of its values have it, and windows for them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"
#include "features/feature_def.h"
#include "test_support.h"

namespace mote::test {

// A block with settings, fitted to windows of a shape.
struct FittedBlock {
  const FeatureDef *block;
  PreprocessingStep step;
  Shape in, out;

  FittedBlock(const std::string &name, const Attrs &settings, const Shape &window)
      : block(&feature_by_name(name)),
        step{name, complete_attrs(name, block->attrs, settings), {}},
        in(window) {
    out = block->shape(step, in);
    block->fit.get()(step, in, nullptr, 0);
  }
  std::vector<float> operator()(const std::vector<float> &x) const {
    EXPECT_EQ(x.size(), in.elements());
    EXPECT_TRUE(step_fits(step, in));
    // Beyond what the block asked for nothing may be touched.
    constexpr float kUntouched = 12345;
    const size_t floats = block->work_floats(step, in);
    std::vector<float> y(out.elements() + 4, kUntouched), work(floats + 4, kUntouched);
    block->apply.get()(step, in, x.data(), work.data(), y.data());
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(y[out.elements() + i], kUntouched);
      EXPECT_EQ(work[floats + i], kUntouched);
    }
    y.resize(out.elements());
    return y;
  }
};

inline std::vector<float> block_values(const std::string &name, const Attrs &settings, const Shape &window,
                                       const std::vector<float> &x) {
  return FittedBlock(name, settings, window)(x);
}

inline std::vector<float> noise_window(size_t count, uint64_t seed, double deviation = 1, double mean = 0) {
  Random random(seed);
  std::vector<float> x;
  for (size_t i = 0; i < count; ++i) x.push_back(static_cast<float>(mean + deviation * random.normal()));
  return x;
}

// Of one channel of [rows, channels].
inline std::vector<double> channel_of(const std::vector<float> &x, size_t channels, size_t c) {
  std::vector<double> values;
  for (size_t i = c; i < x.size(); i += channels) values.push_back(static_cast<double>(x[i]));
  return values;
}

// What scipy and PyWavelets were given, too: 3 + 2 sin(0.7 i) + (37 i mod 11) / 4.
inline std::vector<float> known_window(int rows) {
  std::vector<float> x;
  for (int i = 0; i < rows; ++i)
    x.push_back(static_cast<float>(3 + 2 * std::sin(0.7 * i) + i * 37 % 11 * 0.25));
  return x;
}

// Relative to the larger of 1 and the expected one.
inline void expect_close(const std::vector<float> &got, const std::vector<double> &expected, double tolerance,
                         const std::string &what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], tolerance * std::max(1.0, std::fabs(expected[i]))) << what << " " << i;
}

}  // namespace mote::test
