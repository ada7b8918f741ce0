// Every transform against what its formula says of the values, over many random streams.
#include <algorithm>
#include <cmath>
#include <map>

#include "data/augment.h"
#include "test_support.h"

namespace mote {
namespace {

using Values = std::vector<float>;

Values noise_of(int count, uint64_t seed) {
  Values x(static_cast<size_t>(count));
  Random random(seed);
  for (float &v : x) v = static_cast<float>(random.normal());
  return x;
}

Values augmented(const AugmentOptions &o, const Values &x, int window, int channels, uint64_t stream,
                 const ChannelStatistics *given = nullptr) {
  Values y(x.size());
  const ChannelStatistics own = channel_statistics(x.data(), static_cast<size_t>(window), channels);
  augment(o, given ? *given : own, x.data(), window, channels, Random(stream), y.data());
  return y;
}

TEST(ChannelStatistics, are_mean_and_deviation_of_all_rows) {
  const Values x = {1, 10, 2, 20, 6, 60};
  const ChannelStatistics s = channel_statistics(x.data(), 3, 2);
  EXPECT_EQ(s.mean, (Values{3, 30}));
  EXPECT_NEAR(s.deviation[0], std::sqrt((4 + 1 + 9) / 3.0), 1e-6);
  EXPECT_NEAR(s.deviation[1], std::sqrt((400 + 100 + 900) / 3.0), 1e-5);
  const ChannelStatistics none = channel_statistics(x.data(), 0, 2);
  EXPECT_EQ(none.mean, (Values{0, 0}));
  EXPECT_EQ(none.deviation, (Values{0, 0}));
}

TEST(AugmentOptions, are_on_when_any_of_them_is) {
  EXPECT_FALSE(AugmentOptions{}.is_on());
  for (const AugmentOptions &o : {AugmentOptions{.noise = 0.1f},
                                  {.scale = 0.1f},
                                  {.shift = 0.1f},
                                  {.rotate_deg = 1},
                                  {.time_warp = 0.1f},
                                  {.channel_dropout = 0.1f},
                                  {.axis_flips = 0.1f},
                                  {.axis_turns = 0.1f},
                                  {.magnitude_warp = 0.1f},
                                  {.permutation = 2}}) {
    EXPECT_TRUE(o.is_on());
    const Values x = noise_of(120, 1);
    bool is_changed = false;
    for (uint64_t stream = 0; stream < 100; ++stream) is_changed |= augmented(o, x, 20, 6, stream) != x;
    EXPECT_TRUE(is_changed);
  }
  const Values x = noise_of(120, 1);
  EXPECT_EQ(augmented({}, x, 20, 6, 1), x);
}

// One step of a ramp is one row: the values in the middle tell the shift, those at the end are held.
TEST(Augment, shifts_both_ways_evenly_up_to_its_share) {
  constexpr int kWindow = 50, kDraws = 2000;
  Values ramp(kWindow);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  double sum = 0, squares = 0, least = 0, most = 0;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.shift = 0.2f}, ramp, kWindow, 1, stream);
    const double shift = static_cast<double>(y[25]) - 25;
    for (int t = 0; t < kWindow; ++t)
      ASSERT_NEAR(y[static_cast<size_t>(t)], std::fmin(49, std::fmax(0, t + shift)), 1e-4) << shift;
    sum += shift;
    squares += shift * shift;
    least = std::fmin(least, shift);
    most = std::fmax(most, shift);
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.5);
  EXPECT_NEAR(squares / kDraws, 100.0 / 3, 2);  // even in -10 .. 10
  EXPECT_LT(least, -9.8);
  EXPECT_GT(most, 9.8);
  EXPECT_GE(least, -10.0001);
  EXPECT_LE(most, 10.0001);
}

TEST(Augment, scales_an_example_by_one_gain) {
  const Values x = noise_of(40, 2);
  double sum = 0, squares = 0, least = 1, most = 1;
  constexpr int kDraws = 2000;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.scale = 0.3f}, x, 20, 2, stream);
    const double gain = static_cast<double>(y[0]) / static_cast<double>(x[0]);
    for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(y[i], gain * x[i], 1e-5);
    sum += gain;
    squares += (gain - 1) * (gain - 1);
    least = std::fmin(least, gain);
    most = std::fmax(most, gain);
  }
  EXPECT_NEAR(sum / kDraws, 1, 0.015);
  EXPECT_NEAR(squares / kDraws, 0.09 / 3, 0.003);
  EXPECT_NEAR(least, 0.7, 0.005);
  EXPECT_NEAR(most, 1.3, 0.005);
}

TEST(Augment, adds_noise_in_deviations_of_each_channel) {
  constexpr int kWindow = 400;
  const Values x(kWindow * 3, 5.0f);
  const ChannelStatistics s{{0, 0, 0}, {1, 20, 0}};
  double sum[2] = {}, squares[2] = {}, product = 0;
  constexpr int kDraws = 50;
  Values before;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.noise = 0.5f}, x, kWindow, 3, stream, &s);
    EXPECT_NE(y, before);
    before = y;
    for (size_t t = 0; t < kWindow; ++t) {
      const double a = (static_cast<double>(y[t * 3]) - 5) / 0.5,
                   b = (static_cast<double>(y[t * 3 + 1]) - 5) / 10;
      sum[0] += a;
      squares[0] += a * a;
      sum[1] += b;
      squares[1] += b * b;
      product += a * b;
      ASSERT_EQ(y[t * 3 + 2], 5.0f);  // a channel that does not vary has no noise
    }
  }
  constexpr double kCount = kDraws * kWindow;
  for (int c : {0, 1}) {
    EXPECT_NEAR(sum[c] / kCount, 0, 0.03);
    EXPECT_NEAR(squares[c] / kCount, 1, 0.04);
  }
  EXPECT_NEAR(product / kCount, 0, 0.03);
  // in one window too no two rows have the same
  std::sort(before.begin(), before.end());
  EXPECT_GT(std::unique(before.begin(), before.end()) - before.begin(), 2 * kWindow - 20);
}

// The matrix of a window, from three rows that are the unit vectors.
void expect_rotations(int channels) {
  constexpr size_t kWindow = 7;
  const auto width = static_cast<size_t>(channels);
  Values x = noise_of(static_cast<int>(kWindow) * channels, 3);
  for (size_t t = 0; t < 3; ++t)
    for (size_t c = 0; c < 6; ++c) x[t * width + c] = c % 3 == t ? 1.0f : 0.0f;
  double largest = 0, sum = 0;
  constexpr int kDraws = 500;
  const double pi = std::acos(-1.0);
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.rotate_deg = 40}, x, static_cast<int>(kWindow), channels, stream);
    double m[3][3];
    for (size_t i = 0; i < 3; ++i)
      for (size_t t = 0; t < 3; ++t) m[i][t] = static_cast<double>(y[t * width + i]);
    for (size_t i = 0; i < 3; ++i)
      for (size_t k = 0; k < 3; ++k) {
        double dot = 0;
        for (size_t t = 0; t < 3; ++t) dot += m[i][t] * m[k][t];
        ASSERT_NEAR(dot, i == k ? 1 : 0, 1e-5);  // orthogonal
      }
    const double determinant = m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
                               m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
                               m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    ASSERT_NEAR(determinant, 1, 1e-5);  // and no mirror
    for (size_t t = 0; t < kWindow; ++t) {
      for (size_t triad = 0; triad < 6; triad += 3)
        for (size_t i = 0; i < 3; ++i) {
          double expected = 0;
          for (size_t k = 0; k < 3; ++k) expected += m[i][k] * x[t * width + triad + k];
          ASSERT_NEAR(y[t * width + triad + i], expected, 1e-5) << t << " " << triad;
        }
      for (size_t c = 6; c < width; ++c) ASSERT_EQ(y[t * width + c], x[t * width + c]);
    }
    const double angle = std::acos(std::fmin(1, (m[0][0] + m[1][1] + m[2][2] - 1) / 2)) * 180 / pi;
    largest = std::fmax(largest, angle);
    sum += angle;
  }
  EXPECT_LE(largest, 40.001);
  EXPECT_GT(largest, 39);
  EXPECT_NEAR(sum / kDraws, 20, 1.5);  // even in 0 .. 40
}

TEST(Augment, rotates_every_triad_by_one_rotation_up_to_its_angle) {
  expect_rotations(6);
  expect_rotations(8);  // two channels that belong to no triad
}

// A sensor worn the other way round: numpy's x * sign, of x, y and z of both triads alike.
TEST(Augment, flips_each_axis_of_all_triads_with_its_probability) {
  const Values x = noise_of(10 * 7, 8);
  int flipped[3] = {};
  constexpr int kDraws = 2000;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.axis_flips = 0.3f}, x, 10, 7, stream);
    for (size_t axis = 0; axis < 3; ++axis) {
      const float sign = y[axis] == x[axis] ? 1.0f : -1.0f;
      flipped[axis] += sign < 0;
      for (size_t t = 0; t < 10; ++t)
        for (const size_t c : {axis, axis + 3}) ASSERT_EQ(y[t * 7 + c], sign * x[t * 7 + c]);
    }
    for (size_t t = 0; t < 10; ++t) ASSERT_EQ(y[t * 7 + 6], x[t * 7 + 6]);
  }
  for (const int count : flipped) EXPECT_NEAR(count / double{kDraws}, 0.3, 0.035);
}

// About an axis by k quarters: the other two, (a, b), become (a cos - b sin, a sin + b cos).
TEST(Augment, turns_axes_by_quarters_as_the_formula_says) {
  const Values x = noise_of(4 * 6, 9);
  std::map<std::pair<size_t, int>, int> seen;
  constexpr int kDraws = 1800;
  int unturned = 0;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.axis_turns = 0.5f}, x, 4, 6, stream);
    if (y == x) {
      ++unturned;
      continue;
    }
    int matches = 0;
    for (size_t axis = 0; axis < 3; ++axis)
      for (int quarters = 1; quarters <= 3; ++quarters) {
        const double angle = quarters * std::acos(-1.0) / 2, c = std::cos(angle), s = std::sin(angle);
        bool fits = true;
        for (size_t t = 0; t < 4; ++t)
          for (size_t triad = 0; triad < 6; triad += 3) {
            const size_t at = t * 6 + triad, a = (axis + 1) % 3, b = (axis + 2) % 3;
            const double va = x[at + a], vb = x[at + b];
            fits &= std::fabs(y[at + axis] - x[at + axis]) < 1e-6f;
            fits &= std::fabs(static_cast<double>(y[at + a]) - (va * c - vb * s)) < 1e-5;
            fits &= std::fabs(static_cast<double>(y[at + b]) - (va * s + vb * c)) < 1e-5;
          }
        if (fits) ++seen[{axis, quarters}];
        matches += fits;
      }
    ASSERT_EQ(matches, 1);
  }
  EXPECT_NEAR(unturned / double{kDraws}, 0.5, 0.04);
  EXPECT_EQ(seen.size(), 9u);
  for (const auto &[turn, count] : seen) EXPECT_NEAR(count, kDraws / 18, 45);
}

// Of ones what is left is the curve itself: its values at five places have the deviation, between them it is
// np.interp with a smoothed step 3 f^2 - 2 f^3.
TEST(Augment, warps_magnitude_by_a_smooth_curve_of_each_channel) {
  constexpr size_t kWindow = 41;
  const Values ones(kWindow * 2, 1.0f);
  double sum = 0, squares = 0;
  constexpr int kDraws = 400;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.magnitude_warp = 0.2f}, ones, kWindow, 2, stream);
    EXPECT_NE(y[0], y[1]);
    for (size_t c = 0; c < 2; ++c)
      for (size_t k = 0; k < 5; ++k) {
        const double knot = static_cast<double>(y[k * 10 * 2 + c]) - 1;
        sum += knot;
        squares += knot * knot;
        if (k == 4) continue;
        const double next = static_cast<double>(y[(k + 1) * 10 * 2 + c]) - 1;
        for (size_t i = 1; i < 10; ++i) {
          const double f = static_cast<double>(i) / 10, smooth = 3 * f * f - 2 * f * f * f;
          ASSERT_NEAR(y[(k * 10 + i) * 2 + c], 1 + knot + (next - knot) * smooth, 1e-6);
        }
      }
  }
  constexpr double kCount = kDraws * 10.0;
  EXPECT_NEAR(sum / kCount, 0, 0.02);
  EXPECT_NEAR(std::sqrt(squares / kCount), 0.2, 0.01);
}

TEST(Augment, permutes_pieces_of_a_window) {
  constexpr int kWindow = 30;
  Values ramp(kWindow * 2);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  int most = 0, whole = 0;
  for (uint64_t stream = 0; stream < 500; ++stream) {
    const Values y = augmented({.permutation = 4}, ramp, kWindow, 2, stream);
    Values sorted = y;
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(sorted, ramp);
    int breaks = 0;
    for (size_t t = 0; t < kWindow; ++t) {
      ASSERT_EQ(y[t * 2 + 1], y[t * 2] + 1);  // rows stay whole
      breaks += t > 0 && y[t * 2] != y[t * 2 - 2] + 2;
    }
    most = std::max(most, breaks);
    whole += breaks == 0;
  }
  EXPECT_EQ(most, 3);
  EXPECT_GT(whole, 0);  // pieces in their old order
  EXPECT_LT(whole, 250);
  EXPECT_EQ(augmented({.permutation = 4}, {5, 6}, 1, 2, 1), (Values{5, 6}));
}

// Mean 1/2, variance 1 / (4 (2 alpha + 1)).
TEST(Augment, draws_from_the_beta_distribution) {
  for (const double alpha : {0.2, 1.0, 4.0}) {
    Random random(11);
    double sum = 0, squares = 0;
    constexpr int kDraws = 20000;
    for (int i = 0; i < kDraws; ++i) {
      const double v = random_beta(alpha, random);
      ASSERT_GE(v, 0);
      ASSERT_LE(v, 1);
      sum += v;
      squares += (v - 0.5) * (v - 0.5);
    }
    EXPECT_NEAR(sum / kDraws, 0.5, 0.012) << alpha;
    EXPECT_NEAR(squares / kDraws, 1 / (4 * (2 * alpha + 1)), 0.004) << alpha;
  }
}

TEST(CheckAugment, tells_what_belongs_to_other_data) {
  Dataset motion;
  motion.window = 20;
  motion.channels = 2;
  motion.channel_names = {"x", "y"};
  Dataset pictures = motion;
  pictures.image = {4, 5, {}};
  Dataset sounds = motion;
  sounds.channels = 1;
  sounds.channel_names = {"sound"};
  sounds.rate_hz = 16000;
  const auto refusal = [](const AugmentOptions &o, const Dataset &set) {
    return test::error_of([&] { check_augment(o, set); });
  };
  EXPECT_EQ(refusal({.noise = 0.1f}, pictures),
            "augment.noise: is of signals along time, and these are pictures; use augment.image.noise");
  EXPECT_EQ(refusal({.time_warp = 0.1f}, pictures),
            "augment.time_warp: is of signals along time, and these are pictures; use augment.image.zoom or "
            "augment.image.crop");
  EXPECT_NE(refusal({.sound = {.gain_db = 3}}, pictures).find("augment.sound.gain_db"), std::string::npos);
  EXPECT_NE(refusal({.sound = {.gain_db = 3}}, motion).find("is of sounds"), std::string::npos);
  EXPECT_NE(refusal({.image = {.zoom = 0.1f}}, sounds).find("sounds have augment.sound"), std::string::npos);
  EXPECT_NE(refusal({.axis_turns = 1}, motion).find("needs the three axes of a sensor, and there are 2"),
            std::string::npos);
  EXPECT_NE(refusal({.axis_flips = 1}, sounds).find("there is 1"), std::string::npos);
  EXPECT_NE(refusal({.sound = {.snr_low_db = 9, .snr_high_db = 3}}, sounds).find("above snr_high_db"),
            std::string::npos);
  EXPECT_NO_THROW(check_augment({.noise = 0.1f, .mixup = 0.2f}, motion));
  EXPECT_NO_THROW(check_augment({.noise = 0.1f, .sound = {.gain_db = 3}}, sounds));
  EXPECT_NO_THROW(check_augment({.image = {.zoom = 0.1f}}, pictures));
}

// A ramp shows the positions themselves: they begin and end where the window does and never go back; the
// speed stays within its share of the mean speed.
TEST(Augment, warps_time_smoothly_between_fixed_ends) {
  constexpr int kWindow = 101;
  Values ramp(kWindow);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i);
  double early = 0, late = 0, most = 0;
  for (uint64_t stream = 0; stream < 300; ++stream) {
    const Values y = augmented({.time_warp = 0.4f}, ramp, kWindow, 1, stream);
    ASSERT_NEAR(y.front(), 0, 1e-4);
    ASSERT_NEAR(y.back(), kWindow - 1, 1e-4);
    for (size_t t = 1; t < y.size(); ++t) {
      const double speed = static_cast<double>(y[t]) - static_cast<double>(y[t - 1]);
      ASSERT_GT(speed, 0.6 / 1.4 - 0.01);
      ASSERT_LT(speed, 1.4 / 0.6 + 0.01);
      if (t > 1) {
        const double before = static_cast<double>(y[t - 1]) - static_cast<double>(y[t - 2]);
        ASSERT_NEAR(speed, before, 0.1);  // smooth
      }
    }
    early = std::fmin(early, static_cast<double>(y[50]) - 50);
    late = std::fmax(late, static_cast<double>(y[50]) - 50);
    most = std::fmax(most, std::fabs(static_cast<double>(y[1]) - 1));
  }
  EXPECT_LT(early, -5);
  EXPECT_GT(late, 5);
  EXPECT_GT(most, 0.25);
  const Values alone = augmented({.time_warp = 0.4f}, {7}, 1, 1, 1);  // nothing to warp
  EXPECT_EQ(alone, Values{7});
}

TEST(Augment, replaces_dropped_channels_by_their_mean) {
  const Values x = noise_of(10 * 4, 6);
  const ChannelStatistics s{{10, 20, 30, 40}, {1, 1, 1, 1}};
  int dropped = 0;
  constexpr int kDraws = 1000;
  for (uint64_t stream = 0; stream < kDraws; ++stream) {
    const Values y = augmented({.channel_dropout = 0.3f}, x, 10, 4, stream, &s);
    for (size_t c = 0; c < 4; ++c) {
      const bool is_dropped = y[c] == s.mean[c];
      dropped += is_dropped;
      for (size_t t = 0; t < 10; ++t) ASSERT_EQ(y[t * 4 + c], is_dropped ? s.mean[c] : x[t * 4 + c]);
    }
  }
  EXPECT_NEAR(dropped / (4.0 * kDraws), 0.3, 0.03);
}

}  // namespace
}  // namespace mote
