// Blocks in integers against their formulas in double precision, of the same int16 samples: what differs is
// the routine's own rounding, and bounds are made of its bits.
#include "audio_oracle.h"
#include "features/preprocessing.h"
#include "fixed_block.h"
#include "mote_fixed.h"

namespace mote {
namespace {

using namespace test;

const Attrs kFrames = {{"rate_hz", 8000.0}, {"frame_ms", 25.0}, {"step_ms", 10.0}};

Attrs and_more(Attrs attrs, const Attrs &more) {
  for (const auto &[name, value] : more) attrs[name] = value;
  return attrs;
}

Rows frame_powers(const std::vector<float> &x, const Row &window, int hop, int fft, double pre_emphasis = 0) {
  const int frame = static_cast<int>(window.size()), samples = static_cast<int>(x.size());
  return power_spectra({(samples - frame) / hop + 1, 0, hop, fft, window,
                        [&](int i) { return (x[i] - (i > 0 ? pre_emphasis * x[i - 1] : 0)) / 32768; }});
}

// A value passes six products, of the taper and of five steps, with numbers that are wrong by half of 2^-15:
// a part of the spectrum is wrong by 3 * 2^-15 of the frame's largest one at most. Powers below 2^-30 of the
// largest one are cut off. A taper of 1 is 1 - 2^-15, which is 6e-5 of a power, so is a cosine of 1 in each
// step, and logarithms are within 8e-5. Products are rounded down, which adds up where a bin takes all of
// them with one sign: to less than half as many units of the transform's data as it is long; `unit` of a
// sample of 1 is 2^-15.
void expect_levels(const std::vector<double> &got, const Rows &power, double unit, double per_neper,
                   const std::string &what, const Rows &spectra) {
  size_t at = 0;
  for (size_t t = 0; t < power.size(); ++t) {
    const double largest = *std::max_element(spectra[t].begin(), spectra[t].end());
    for (size_t k = 0; k < power[t].size(); ++k, ++at) {
      const double want = power[t][k] + 1e-6, part = std::ldexp(3 * std::sqrt(largest), -15) + unit;
      const double wrong = 2 * std::sqrt(want) * part + part * part + std::ldexp(largest, -30);
      ASSERT_NEAR(std::exp(got[at] / per_neper) / want, 1, 4e-4 + wrong / want)
          << what << " frame " << t << " value " << k << " of " << want << ", at most " << largest;
    }
  }
  ASSERT_EQ(at, got.size());
}

TEST(FixedSpectrogram, is_that_of_the_formula) {
  const double decibels = 10 / std::log(10), unit = std::ldexp(128, 10 - 15 - 15);
  const Shape window{500, 1};
  const Attrs other = {{"window", std::string("hamming")},
                       {"log", std::string("db")},
                       {"fft_length", int64_t{512}},
                       {"pre_emphasis", 0.97}};
  for (const Sound &s : sounds(500)) {
    const auto check = [&](const Attrs &attrs, const Rows &power, double unit_of, double per_neper) {
      expect_levels(FixedBlock("spectrogram", and_more(kFrames, attrs), window, {0})(samples_of(s.samples)),
                    power, unit_of, per_neper, s.name, power);
    };
    check({}, frame_powers(s.samples, raised_cosine(0.5, 200, 200), 80, 256), unit, 1);
    check(other,
          frame_powers(s.samples, raised_cosine(0.54, 200, 200), 80, 512, std::round(0.97 * 32768) / 32768),
          4 * unit, decibels);
    check({{"window", std::string("none")}}, frame_powers(s.samples, Row(200, 1.0), 80, 256), unit, 1);
  }
}

TEST(FixedMfe, is_that_of_the_formula) {
  const Rows mel = tf_mel_matrix(20, 256, 8000, 100, 3700);
  double sum = 0, count = 0;
  for (const Sound &s : sounds(500)) {
    const Rows spectra = frame_powers(s.samples, raised_cosine(0.5, 200, 200), 80, 256),
               power = times(spectra, mel);
    const std::vector<double> got = FixedBlock(
        "mfe", and_more(kFrames, {{"filters", int64_t{20}}, {"low_hz", 100.0}, {"high_hz", 3700.0}}),
        {500, 1}, {0})(samples_of(s.samples));
    expect_levels(got, power, std::ldexp(128, 10 - 15 - 15), 1, s.name, spectra);
    for (size_t i = 0; i < got.size(); ++i, ++count) sum += std::fabs(got[i] - ln(power[i / 20][i % 20]));
  }
  EXPECT_LE(sum / count,
            5e-4);  // a hundredth of the step of an int8 input, whose levels are 13 apart or more
}

TEST(FixedMfcc, is_that_of_the_formula) {
  const Rows mel = tf_mel_matrix(20, 256, 8000, 20, 4000),
             cosines = cosine_matrix(20, 9, std::sqrt(2.0 / 20));
  for (const Sound &s : sounds(500)) {
    const Rows want =
        times(each(times(frame_powers(s.samples, raised_cosine(0.5, 201, 200), 80, 256), mel), ln), cosines);
    const std::vector<double> got = FixedBlock(
        "mfcc",
        and_more(kFrames, {{"frame_ms", 25.125}, {"filters", int64_t{20}}, {"coefficients", int64_t{9}}}),
        {500, 1}, {0})(samples_of(s.samples));
    for (size_t t = 0; t < want.size(); ++t)  // each of twenty levels as above, of height 0.3
      for (size_t c = 0; c < 9; ++c)
        ASSERT_NEAR(got[t * 9 + c], want[t][c], 1e-2) << s.name << " " << t << " " << c;
  }
}

// Every length of the transform: a tone of which one bin has all the power.
TEST(FixedSpectrogram, has_every_length) {
  for (int64_t fft = 4; fft <= 32768; fft *= 2) {
    const auto rows = static_cast<int>(fft);
    std::vector<float> x;
    for (int i = 0; i < rows; ++i)
      x.push_back(std::round(30000 * static_cast<float>(std::cos(kTurn * i / 4))));
    const std::vector<double> y = FixedBlock("spectrogram",
                                             {{"rate_hz", 8000.0},
                                              {"frame_ms", static_cast<double>(rows) / 8},
                                              {"step_ms", static_cast<double>(rows) / 8},
                                              {"fft_length", fft},
                                              {"window", std::string("none")}},
                                             {rows, 1}, {0})(samples_of(x));
    const double height = 30000.0 / 32768 * rows / 2;
    for (int k = 0; k <= rows / 2; ++k) {
      const double want = k == rows / 4 ? height * height : 0;
      ASSERT_NEAR(std::exp(y[static_cast<size_t>(k)]) / (height * height), want / (height * height), 4e-4)
          << fft << " " << k;
    }
  }
}

TEST(FixedStatistics, are_those_of_the_formulas) {
  Random random(5);
  for (const int rows : {2, 3, 64, 1000, 65535})
    for (const double deviation : {0.4, 30.0, 9000.0}) {
      constexpr int kChannels = 2;
      std::vector<int16_t> x;
      for (int i = 0; i < rows * kChannels; ++i)
        x.push_back(static_cast<int16_t>(
            std::clamp(std::round(deviation * random.normal() + 50), -32768.0, 32767.0)));
      const std::vector<double> y = FixedBlock("statistics", {}, {rows, kChannels}, {0, 3})(x);
      for (int c = 0; c < kChannels; ++c) {
        const double unit = c == 0 ? 1 : 1 / 8.0;
        double mean = 0, m2 = 0, m3 = 0, m4 = 0, square = 0, low = 1e9, high = -1e9;
        for (int i = 0; i < rows; ++i) mean += x[static_cast<size_t>(i * kChannels + c)] * unit / rows;
        int zero = 0, crossings = 0;
        for (int i = 0; i < rows; ++i) {
          const double v = x[static_cast<size_t>(i * kChannels + c)] * unit, d = v - mean;
          m2 += d * d / rows;
          m3 += d * d * d / rows;
          m4 += d * d * d * d / rows;
          square += v * v / rows;
          low = std::min(low, v);
          high = std::max(high, v);
          if (i == 0) continue;
          const double before = x[static_cast<size_t>((i - 1) * kChannels + c)] * unit;
          zero += (before < 0) != (v < 0);
          crossings += (before < mean - 1e-9) != (v < mean - 1e-9);
        }
        const double skewness = m2 > 0 ? m3 / std::pow(m2, 1.5) : 0,
                     kurtosis = (m2 > 0 ? m4 / m2 / m2 : 0) - 3;
        const std::vector<double> want = {mean, std::sqrt(m2), std::sqrt(square), low, high, high - low};
        const double *of = y.data() + c * 10;
        // 7 bits behind the point, rounded once
        for (size_t k = 0; k < want.size(); ++k) EXPECT_NEAR(of[k], want[k], unit / 128) << rows << " " << k;
        // deviations have 9 or 10 bits of the range: each is cut by 2^-10 of it at most, both ways, which
        // cancels where there are many
        const double cut = std::ldexp((high - low) / std::max(std::sqrt(m2), 1e-9), -10) / std::sqrt(rows);
        EXPECT_NEAR(of[6], skewness, 1e-3 + 3 * cut * std::max(1.0, std::fabs(kurtosis + 3)))
            << rows << " " << deviation;
        EXPECT_NEAR(of[7], kurtosis, 2e-3 + 4 * cut * std::max(1.0, std::pow(kurtosis + 3, 1.25)))
            << rows << " " << deviation;
        EXPECT_NEAR(of[8], zero / (rows - 1.0), 1e-6);
        EXPECT_NEAR(of[9], crossings / (rows - 1.0), 1e-6);
      }
    }
}

TEST(FixedStatistics, of_what_does_not_vary_and_of_extremes) {
  for (const int16_t v : {int16_t{0}, int16_t{-32768}, int16_t{32767}}) {
    const std::vector<double> y =
        FixedBlock("statistics", {}, {65535, 1}, {0})(std::vector<int16_t>(65535, v));
    EXPECT_EQ(y, (std::vector<double>{double(v), 0, std::fabs(v), double(v), double(v), 0, 0, -3, 0, 0}))
        << v;
  }
  std::vector<int16_t> x(65534);
  for (size_t i = 0; i < x.size(); ++i) x[i] = i % 2 ? 32767 : -32768;
  const std::vector<double> y = FixedBlock("statistics", {}, {65534, 1}, {0})(x);
  EXPECT_NEAR(y[0], -0.5, 1 / 128.0);
  EXPECT_NEAR(y[1], 32767.5, 1 / 128.0);
  EXPECT_EQ(y[5], 65535);
  EXPECT_NEAR(y[6], 0, 1e-3);
  EXPECT_NEAR(y[7], -2, 1e-3);  // of two values as often
  EXPECT_EQ(y[9], 1);
}

// Powers by the sum of the transform itself, and what they say.
std::vector<double> spectral_values(const std::vector<double> &x, int length, double rate, int peaks) {
  const int rows = static_cast<int>(x.size()), frame = std::min(rows, length), hop = frame - frame / 2;
  const int frames = (rows - frame) / hop + 1, last = length / 2;
  std::vector<double> power(static_cast<size_t>(last + 1));
  double squares = 0;
  const Row window = raised_cosine(0.5, frame, frame);
  for (const double w : window) squares += w * w;
  for (int t = 0; t < frames; ++t) {
    double mean = 0;
    for (int i = 0; i < frame; ++i) mean += x[static_cast<size_t>(t * hop + i)] / frame;
    const Rows one = power_spectra(
        {1, t * hop, hop, length, window, [&](int i) { return x[static_cast<size_t>(i)] - mean; }});
    for (int k = 0; k <= last; ++k)
      power[static_cast<size_t>(k)] +=
          one[0][static_cast<size_t>(k)] / (rate * squares * frames) * (k == 0 || k == last ? 1 : 2);
  }
  std::vector<double> y;
  const double step = rate / length;
  for (const double p : power) y.push_back(std::log(std::max(p, 1e-12)));
  std::vector<std::pair<double, int>> found;
  for (int k = 1; k < last; ++k)
    if (power[k] > power[k - 1] && power[k] >= power[k + 1]) found.emplace_back(-power[k], k);
  std::sort(found.begin(), found.end());
  for (int i = 0; i < peaks; ++i) {
    const int k = found[static_cast<size_t>(i)].second;
    const double a = power[k - 1], b = power[k], c = power[k + 1], away = 0.5 * (a - c) / (a - 2 * b + c);
    y.insert(y.end(), {(k + away) * step, std::log(b - 0.25 * (a - c) * away)});
  }
  double total = 0, centroid = 0, m2 = 0, m3 = 0, m4 = 0, entropy = 0;
  for (const double p : power) total += p;
  for (int k = 0; k <= last; ++k) centroid += k * step * power[k] / total;
  for (int k = 0; k <= last; ++k) {
    const double d = k * step - centroid, share = power[k] / total;
    m2 += d * d * share;
    m3 += d * d * d * share;
    m4 += d * d * d * d * share;
    if (share > 0) entropy -= share * std::log(share);
  }
  y.insert(y.end(), {centroid, std::sqrt(m2), m3 / std::pow(m2, 1.5), m4 / m2 / m2 - 3,
                     entropy / std::log(last + 1.0)});
  return y;
}

TEST(FixedSpectral, is_that_of_the_formulas) {
  Random random(9);
  struct Case {
    int rows;
    int64_t length;
    double loudness;
  };
  for (const auto &[rows, length, loudness] :
       {Case{128, 64, 3000}, Case{100, 128, 200}, Case{500, 64, 9000}, Case{37, 256, 5000}}) {
    constexpr int kChannels = 2;
    const std::vector<int> exponents = {4, 12};
    std::vector<int16_t> x;
    for (int i = 0; i < rows * kChannels; ++i)
      x.push_back(static_cast<int16_t>(std::clamp(
          std::round(loudness * (std::sin(0.3 * i) + 0.3 * random.normal()) + 8000), -32768.0, 32767.0)));
    const Attrs attrs = {{"rate_hz", 100.0}, {"fft_length", length}};
    const std::vector<double> y = FixedBlock("spectral", attrs, {rows, kChannels}, exponents)(x);
    const size_t each_has = y.size() / kChannels, bins = static_cast<size_t>(length / 2 + 1);
    for (size_t c = 0; c < kChannels; ++c) {
      std::vector<double> v;
      for (size_t i = c; i < x.size(); i += kChannels) v.push_back(std::ldexp(x[i], -exponents[c]));
      const std::vector<double> want = spectral_values(v, static_cast<int>(length), 100, 3);
      ASSERT_EQ(each_has, want.size());
      const double *got = y.data() + c * each_has;
      const double largest = *std::max_element(want.begin(), want.begin() + static_cast<long>(bins));
      for (size_t k = 0; k < bins; ++k)  // as in expect_levels
        EXPECT_NEAR(got[k], want[k], 3e-4 + 3 * std::ldexp(std::exp((largest - want[k]) / 2), -15))
            << rows << " " << k;
      for (size_t k = bins; k < bins + 6; ++k) EXPECT_NEAR(got[k], want[k], 2e-3) << rows << " " << k - bins;
      EXPECT_NEAR(got[bins + 6], want[bins + 6], 2e-3);                                    // Hz
      EXPECT_NEAR(got[bins + 7], want[bins + 7], 2e-3);                                    // Hz
      EXPECT_NEAR(got[bins + 8], want[bins + 8], 2e-3 * (1 + std::fabs(want[bins + 8])));  // Q12
      EXPECT_NEAR(got[bins + 9], want[bins + 9], 2e-3 * (4 + std::fabs(want[bins + 9])));  // Q12
      EXPECT_NEAR(got[bins + 10], want[bins + 10], 2e-4);                                  // Q15
    }
  }
}

TEST(FixedBlocks, take_any_samples) {
  for (const int rows : {16, 64, 512})
    for (int kind = 0; kind < 5; ++kind) {
      std::vector<int16_t> x;
      for (int i = 0; i < rows; ++i)
        x.push_back(kind == 0   ? 0
                    : kind == 1 ? -32768
                    : kind == 2 ? (i % 2 ? 32767 : -32768)
                    : kind == 3 ? (i == rows / 2 ? 1 : 0)
                                : (i < rows / 2 ? -32768 : 32767));
      const Shape window{rows, 1};
      for (const char *word : {"none", "hann"}) {
        const Attrs attrs = {{"rate_hz", 100.0}, {"window", std::string(word)}};
        const std::vector<double> y = FixedBlock("spectral", attrs, window, {0})(x);
        for (const double v : y) EXPECT_LT(std::fabs(v), 1e4);
        EXPECT_LE(y.back(), 1.001);
        FixedBlock("spectrogram",
                   {{"rate_hz", 1000.0},
                    {"frame_ms", double(rows)},
                    {"window", std::string(word)},
                    {"pre_emphasis", 1.0}},
                   window, {0})(x);
      }
    }
}

TEST(FixedSamples, are_rounded_by_one_rule) {
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const int exponent = static_cast<int>(random.below(60)) - 30;
    const auto x = static_cast<float>(
        std::ldexp(random.normal(), 12 - exponent + static_cast<int>(random.below(9)) - 4));
    const long want =
        std::lround(std::clamp(std::ldexp(static_cast<double>(x), exponent), -32768.0, 32767.0));
    ASSERT_EQ(mote_sense_s16(x, exponent), want) << x << " " << exponent;
  }
  for (const float x : {0.5f, -0.5f, 1.5f, 0.49999997f, -32768.5f, 32766.5f, 1e30f, -1e30f, 1e-40f})
    EXPECT_EQ(mote_sense_s16(x, 0), std::lround(std::clamp(static_cast<double>(x), -32768.0, 32767.0))) << x;
  EXPECT_EQ(mote_sense_s16(std::nanf(""), 5), 0);
  EXPECT_EQ(mote_sense_s16(INFINITY, -100), 32767);
  EXPECT_EQ(mote_sense_s16(-INFINITY, 100), -32768);
}

Preprocessing in_integers(const std::string &block, const Attrs &attrs, int window, int channels) {
  Preprocessing p{window, channels, 8000, {}, resolved({{block, attrs, {}}}, 8000)};
  for (PreprocessingStep &step : p.steps) step.arithmetic = Arithmetic::kFixed;
  p.steps.push_back(normalization("none"));
  return p;
}

// Sound is taken as it is, of whatever unit it were; motion is brought to 14 bits.
TEST(FixedBlocks, refuse_samples_that_are_no_counts_of_sixteen_bits) {
  const auto fitted = [](const std::string &block, float largest) {
    Preprocessing p = in_integers(block, block == "mfe" ? kFrames : Attrs{}, 400, 1);
    std::vector<float> x(400);
    for (size_t i = 0; i < x.size(); ++i) x[i] = largest * std::sin(static_cast<float>(i));
    x[7] = largest;
    fit(p, x.data(), 1);
    return p.steps.front().exponents;
  };
  EXPECT_EQ(fitted("mfe", 20000), std::vector<int>{0});
  EXPECT_EQ(fitted("statistics", 1), std::vector<int>{13});
  EXPECT_EQ(fitted("statistics", 1e7f), std::vector<int>{-10});
  EXPECT_NE(test::error_of([&] {
              fitted("mfe", 1);
            }).find("features.arithmetic: is fixed, and takes samples as int16"),
            std::string::npos);
  EXPECT_NE(test::error_of([&] { fitted("mfe", 8e6f); }).find("the largest in training is 8e+06"),
            std::string::npos);
}

TEST(FixedBlocks, are_of_signals) {
  Preprocessing p = in_integers("statistics", {}, 16, 1);
  p.image = {4, 4};
  const std::vector<float> x(16, 3.0f);
  EXPECT_NE(test::error_of([&] { fit(p, x.data(), 1); }).find("these are pictures"), std::string::npos);
}

TEST(FixedLogarithm, is_within_8e_5) {
  Random random(4);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t x = (random.below(UINT64_C(1) << 32) << 31 | 1) >> random.below(63);
    if (x == 0) continue;
    ASSERT_NEAR(mote_log2_q16(x) / 65536.0, std::log2(static_cast<double>(x)), 8e-5) << x;
  }
}

}  // namespace
}  // namespace mote
