// Resampling against scipy.signal.resample_poly 1.10 and its formula in double precision.
#include "fitted_block.h"

namespace mote {
namespace {

using test::block_values, test::known_window;

TEST(Resample, is_that_of_scipy) {
  struct Known {
    std::string block;
    Attrs settings;
    size_t rows;
    std::vector<double> zero, hold;  // rows 0, 1, half, last
  };
  const std::vector<Known> cases = {{"resample",
                                     {{"rate_hz", 100.0}, {"to_hz", 62.5}},
                                     40,
                                     {2.73222257, 6.44674685, 2.88650866, 4.46850774},
                                     {3.29445944, 6.28171161, 2.88650866, 4.15302296}},
                                    {"decimate",
                                     {{"factor", int64_t{4}}},
                                     16,
                                     {3.27689007, 4.90246801, 3.39084101, 3.46432813},
                                     {4.40165136, 4.65499069, 3.40626226, 2.99124534}},
                                    {"resample",
                                     {{"rate_hz", 50.0}, {"to_hz", 75.0}},
                                     96,
                                     {3.00181852, 4.56062478, 3.95728593, 4.10646743},
                                     {3.00181852, 4.25640492, 3.95728593, 5.87423889}},
                                    {"resample",
                                     {{"rate_hz", 44100.0}, {"to_hz", 16000.0}},
                                     24,
                                     {2.87905664, 6.2786891, 2.03494508, 2.69394864},
                                     {3.83440845, 6.04826016, 2.03494508, 5.33637182}}};
  const std::vector<float> x = known_window(64);
  for (const Known &known : cases)
    for (const bool is_held : {false, true}) {
      Attrs settings = known.settings;
      settings["ends"] = std::string(is_held ? "hold" : "zero");
      const std::vector<float> y = block_values(known.block, settings, {64, 1}, x);
      ASSERT_EQ(y.size(), known.rows);
      const size_t rows[] = {0, 1, known.rows / 2, known.rows - 1};
      for (size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(y[rows[i]], (is_held ? known.hold : known.zero)[i], 2e-6)
            << known.rows << " " << i << is_held;
    }
}

// scipy.signal.firwin of a Kaiser window with beta 5, at the lower half rate.
std::vector<double> expected_taps(int most) {
  constexpr double kPi = 3.14159265358979323846;
  const int half = 10 * most;
  std::vector<double> taps;
  double sum = 0;
  for (int k = -half; k <= half; ++k) {
    const double part = static_cast<double>(k) / half, at = kPi * k / most;
    taps.push_back((k == 0 ? 1 : std::sin(at) / at) * std::cyl_bessel_i(0.0, 5 * std::sqrt(1 - part * part)));
    sum += taps.back();
  }
  for (double &tap : taps) tap /= sum;
  return taps;
}

TEST(Resample, each_channel_is_that_of_the_formula) {
  struct Ratio {
    double from, to;
    int up, down;
  };
  for (const auto &[from, to, up, down] :
       {Ratio{100, 50, 1, 2}, Ratio{50, 100, 2, 1}, Ratio{104, 62.5, 125, 208}, Ratio{100, 99, 99, 100},
        Ratio{20, 20, 1, 1}})
    for (const int rows : {1, 7, 150}) {
      const std::vector<float> x = test::noise_window(static_cast<size_t>(rows) * 2, 6);
      const std::vector<float> y = block_values("resample", {{"rate_hz", from}, {"to_hz", to}}, {rows, 2}, x);
      const std::vector<double> taps = expected_taps(std::max(up, down));
      const int half = 10 * std::max(up, down), made = (rows * up + down - 1) / down;
      ASSERT_EQ(y.size(), static_cast<size_t>(made) * 2);
      for (int m = 0; m < made; ++m)
        for (int c = 0; c < 2; ++c) {
          double sum = 0;
          for (int i = 0; i < rows; ++i)
            if (const int k = m * down - i * up; std::abs(k) <= half)
              sum += static_cast<double>(x[static_cast<size_t>(2 * i + c)]) *
                     taps[static_cast<size_t>(k + half)] * up;
          if (up == down) sum = x[static_cast<size_t>(2 * m + c)];
          EXPECT_NEAR(y[static_cast<size_t>(2 * m + c)], sum, 2e-6)
              << from << " " << to << " " << rows << " " << m;
        }
    }
}

TEST(Resample, says_what_has_no_ratio) {
  const auto shape = [](const Attrs &settings, const Shape &in) {
    test::FittedBlock("resample", settings, in);
  };
  EXPECT_ERROR(shape({{"rate_hz", 100.0}}, {10, 1}), "the rate that is wanted is not set");
  EXPECT_ERROR(shape({{"rate_hz", 100.0}, {"to_hz", 33.3333}}, {10, 1}), "have no ratio of integers");
  EXPECT_ERROR(shape({{"rate_hz", 1.0}, {"to_hz", 1000.0}}, {16000000, 1}), "is too long");
}

}  // namespace
}  // namespace mote
