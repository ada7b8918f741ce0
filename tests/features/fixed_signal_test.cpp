// Blocks that make a signal of a signal, autocorrelation and wavelets in integers against their formulas in
// double precision, of the same int16 samples; and chains of them. Bounds are made of the routine's bits.
#include <algorithm>

#include "features/filter_design.h"
#include "features/fixed_arithmetic.h"
#include "features/preprocessing.h"
#include "features/wavelet_filters.h"
#include "fixed_block.h"
#include "mote_fixed.h"

namespace mote {
namespace {

using test::FixedBlock;
using Samples = std::vector<int16_t>;
using Reals = std::vector<double>;

// [rows, channels]: tones and noise of so many bits around `level`.
Samples signal_of(int rows, int channels, int bits, double level = 0, uint64_t seed = 11) {
  Random random(seed);
  Samples x;
  for (int i = 0; i < rows; ++i)
    for (int c = 0; c < channels; ++c) {
      const double v = std::ldexp(0.5 * std::sin(0.2 * (c + 1) * i) + 0.2 * random.normal(), bits) + level;
      x.push_back(static_cast<int16_t>(std::clamp(std::round(v), -32768.0, 32767.0)));
    }
  return x;
}

Reals channel(const Samples &x, int channels, int c, int exponent) {
  Reals v;
  for (size_t i = static_cast<size_t>(c); i < x.size(); i += static_cast<size_t>(channels))
    v.push_back(std::ldexp(x[i], -exponent));
  return v;
}

const std::vector<Samples> &extremes(int rows) {
  static std::vector<Samples> kinds;
  kinds.clear();
  for (int kind = 0; kind < 6; ++kind) {
    Samples x;
    for (int i = 0; i < rows; ++i)
      x.push_back(static_cast<int16_t>(kind == 0   ? 0
                                       : kind == 1 ? -32768
                                       : kind == 2 ? (i % 2 ? 32767 : -32768)
                                       : kind == 3 ? (i == rows / 2 ? 1 : 0)
                                       : kind == 4 ? (i < rows / 2 ? -32768 : 32767)
                                                   : 32767));
    kinds.push_back(x);
  }
  return kinds;
}

TEST(FixedRaw, is_the_window_or_some_of_its_channels) {
  const Samples x = signal_of(20, 3, 14);
  const std::vector<int> exponents = {2, -3, 9};
  const Reals all = FixedBlock("raw", {}, {20, 3}, exponents)(x);
  for (size_t i = 0; i < x.size(); ++i) ASSERT_EQ(all[i], std::ldexp(x[i], -exponents[i % 3]));
  for (const double scale : {1.0, 0.25, -3.0, 9.80665, 1e-5, 0.0}) {
    const Reals some =
        FixedBlock("raw", {{"axes", std::vector<int64_t>{2, 0}}, {"scale", scale}}, {20, 3}, exponents)(x);
    for (size_t r = 0; r < 20; ++r) {
      // a factor of 16 bits, and 8 bits behind a sample's last one
      const double finer = std::ldexp(std::fabs(scale), -9), a = std::ldexp(x[3 * r + 2], -9),
                   b = std::ldexp(x[3 * r], -2);
      ASSERT_NEAR(some[2 * r], scale * a, std::fabs(scale * a) / 32768 + finer / 128) << scale;
      ASSERT_NEAR(some[2 * r + 1], scale * b, std::fabs(scale * b) / 32768 + 128 * finer / 128) << scale;
    }
  }
}

TEST(FixedMagnitude, is_the_length_of_the_vector) {
  const std::vector<int> exponents = {3, 5, 3};
  for (const int bits : {3, 9, 15}) {
    const Samples x = signal_of(200, 3, bits);
    const Reals y = FixedBlock("magnitude", {{"keep", std::string("true")}}, {200, 3}, exponents)(x);
    for (size_t r = 0; r < 200; ++r) {
      double sum = 0;
      for (size_t c = 0; c < 3; ++c) {
        const double v = std::ldexp(x[3 * r + c], -exponents[c]);
        ASSERT_EQ(y[4 * r + c], v);
        sum += v * v;
      }
      ASSERT_NEAR(y[4 * r + 3], std::sqrt(sum), std::ldexp(1.0, -3 - 7)) << bits;  // 7 bits, rounded once
    }
  }
  const Reals most = FixedBlock("magnitude", {}, {2, 3}, {0, 0, 0})(Samples(6, -32768));
  EXPECT_NEAR(most[0], 32768 * std::sqrt(3.0), 1 / 128.0);
}

TEST(FixedSignFree, gives_absolute_values) {
  const Samples x = {-5, 5, -32768, -32768, 7, 32767};
  EXPECT_EQ(FixedBlock("sign_free", {{"axes", std::vector<int64_t>{0}}}, {3, 2}, {0, 1})(x),
            (Reals{5, 2.5, 32768, -16384, 7, 16383.5}));
}

TEST(FixedWindowNormalization, is_that_of_the_formulas) {
  for (const char *method : {"mean", "standard", "minmax", "max_abs"})
    for (const char *per : {"axis", "window"})
      for (const int bits : {5, 13}) {
        const std::vector<int> exponents = {4, 6};
        const Samples x = signal_of(300, 2, bits, 40);
        const Reals y =
            FixedBlock("window_normalization", {{"method", std::string(method)}, {"per", std::string(per)}},
                       {300, 2}, exponents)(x);
        const bool is_whole = per == std::string("window");
        for (int c = 0; c < 2; ++c) {
          Reals v = channel(x, 2, c, exponents[static_cast<size_t>(c)]);
          if (is_whole) {
            const Reals other = channel(x, 2, 1 - c, exponents[static_cast<size_t>(1 - c)]);
            v.insert(v.end(), other.begin(), other.end());
          }
          double mean = 0, square = 0, low = 1e9, high = -1e9;
          for (const double a : v) mean += a / static_cast<double>(v.size());
          for (const double a : v) {
            square += (a - mean) * (a - mean) / static_cast<double>(v.size());
            low = std::min(low, a);
            high = std::max(high, a);
          }
          const std::string m = method;
          const double offset = m == "minmax" ? low : m == "max_abs" ? 0 : mean;
          const double divisor = m == "standard"  ? std::sqrt(square)
                                 : m == "minmax"  ? high - low
                                 : m == "max_abs" ? std::max(-low, high)
                                                  : 1;
          // a finer channel is brought to the unit of all by rounding
          const double unit = std::ldexp(1.0, -(is_whole ? 4 : exponents[static_cast<size_t>(c)])),
                       cut = is_whole && c == 1 ? unit / 2 : 0;
          const double part = (cut + unit / 128) / divisor, grown = is_whole ? unit / 2 / divisor : 0;
          for (size_t r = 0; r < 300; ++r) {
            const double want = (v[r] - offset) / divisor;
            ASSERT_NEAR(y[2 * r + static_cast<size_t>(c)], want,
                        part + (grown + 1e-4) * std::max(1.0, std::fabs(want)) + std::ldexp(1.0, -18))
                << method << per << bits << " " << r;
          }
        }
      }
}

TEST(FixedWindowNormalization, a_constant_is_no_signal) {
  for (const char *method : {"mean", "standard", "minmax"})
    for (const double v :
         FixedBlock("window_normalization", {{"method", std::string(method)}}, {9, 1}, {3})(Samples(9, 1234)))
      EXPECT_EQ(v, 0) << method;
  const Reals quiet = FixedBlock(
      "window_normalization", {{"method", std::string("max_abs")}, {"epsilon", 8.0}}, {2, 1}, {3})({4, -2});
  EXPECT_EQ(quiet, (Reals{0.0625, -0.03125}));  // 0.5 and -0.25 by the least divisor
}

// Of a Kaiser window with beta 5, cut at the lower half rate; its sum is `up`.
Reals kaiser_taps(int up, int down) {
  const int most = std::max(up, down), half = 10 * most;
  Reals taps;
  double sum = 0;
  for (int k = -half; k <= half; ++k) {
    const double part = static_cast<double>(k) / half, at = M_PI * k / most;
    taps.push_back((k == 0 ? 1 : std::sin(at) / at) * std::cyl_bessel_i(0.0, 5 * std::sqrt(1 - part * part)));
    sum += taps.back();
  }
  for (double &tap : taps) tap *= up / sum;
  return taps;
}

void expect_resampled(const std::string &name, Attrs settings, int up, int down) {
  constexpr int kRows = 400;
  const std::vector<int> exponents = {0, 5};
  const Samples x = signal_of(kRows, 2, 14);
  const Reals taps = kaiser_taps(up, down);
  const int half = 10 * std::max(up, down);
  for (const bool is_held : {false, true}) {
    settings["ends"] = std::string(is_held ? "hold" : "zero");
    const Reals y = FixedBlock(name, settings, {kRows, 2}, exponents)(x);
    ASSERT_EQ(y.size(), static_cast<size_t>(2 * ((kRows * up + down - 1) / down)));
    for (int c = 0; c < 2; ++c) {
      const Reals v = channel(x, 2, c, exponents[static_cast<size_t>(c)]);
      const double largest = std::ldexp(16384, -exponents[static_cast<size_t>(c)]);
      for (int m = 0; m < static_cast<int>(y.size()) / 2; ++m) {
        double want = 0;
        for (int i = -half; i < kRows + half; ++i) {
          const int far = m * down - i * up;
          if (std::abs(far) > half || (!is_held && (i < 0 || i >= kRows))) continue;
          want += v[static_cast<size_t>(std::clamp(i, 0, kRows - 1))] * taps[static_cast<size_t>(far + half)];
        }
        // taps have 15 bits of the largest one, about 20 of them meet a row of signal and errors have any
        // sign
        ASSERT_NEAR(y[static_cast<size_t>(2 * m + c)], want, largest * 3e-4) << name << m << is_held;
      }
    }
  }
}

TEST(FixedDecimate, is_that_of_the_formula) {
  expect_resampled("decimate", {{"factor", int64_t{2}}}, 1, 2);
  expect_resampled("decimate", {{"factor", int64_t{10}}}, 1, 10);
  expect_resampled("resample", {{"rate_hz", 50.0}, {"to_hz", 75.0}}, 3, 2);
  const Samples x = signal_of(30, 1, 14);
  const Reals same = FixedBlock("decimate", {{"factor", int64_t{1}}}, {30, 1}, {0})(x);
  for (size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(same[i], x[i], 1);  // a tap of 1 is the next number below
}

// Sections in double precision, direct form II transposed.
Reals sections_run(const std::vector<features::FilterSection> &sections, Reals x, bool is_steady) {
  double start = is_steady ? x[0] : 0;
  for (const features::FilterSection &s : sections) {
    const double gain = (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2);
    double first = (gain - s.b0) * start, second = (s.b2 - s.a2 * gain) * start;
    for (double &v : x) {
      const double out = s.b0 * v + first;
      first = s.b1 * v - s.a1 * out + second;
      second = s.b2 * v - s.a2 * out;
      v = out;
    }
    start *= gain;
  }
  return x;
}

TEST(FixedFilter, is_that_of_double_precision) {
  using features::FilterBand;
  struct Case {
    const char *kind;
    FilterBand band;
    int64_t order;
    double low, high;  // in Hz of 100
    double bound;      // in units of a sample
  };
  // Results have 8 bits behind a sample's last one and states 15, and what is cut off comes back; numbers
  // have 29, which moves poles near to 1 by more.
  for (const auto &[kind, band, order, low, high, bound] :
       {Case{"low", FilterBand::kLow, 4, 20, 0, 0.01}, Case{"low", FilterBand::kLow, 8, 1, 0, 0.02},
        Case{"low", FilterBand::kLow, 2, 0.2, 0, 0.2}, Case{"high", FilterBand::kHigh, 6, 2, 0, 0.01},
        Case{"high", FilterBand::kHigh, 2, 0.5, 0, 0.1},
        Case{"bandpass", FilterBand::kBandPass, 2, 5, 12, 0.01},
        Case{"bandpass", FilterBand::kBandPass, 8, 5, 12, 0.01},
        Case{"notch", FilterBand::kBandStop, 4, 18, 22, 0.01},
        Case{"notch", FilterBand::kBandStop, 8, 1, 40, 0.02}}) {
    Attrs attrs = {{"kind", std::string(kind)}, {"order", order}, {"rate_hz", 100.0}};
    if (high == 0) {
      attrs["cutoff_hz"] = low;
    } else {
      attrs["low_hz"] = low;
      attrs["high_hz"] = high;
    }
    const auto sections = features::filter_sections(features::butterworth_prototype(static_cast<int>(order)),
                                                    band, low / 50, high / 50);
    for (const bool is_steady : {false, true}) {
      attrs["initial"] = std::string(is_steady ? "steady" : "zero");
      const FixedBlock block("filter", attrs, {2000, 2}, {0, 7});
      const Samples x = signal_of(2000, 2, 14, 9000);
      const Reals y = block(x);
      for (int c = 0; c < 2; ++c) {
        const double unit = c == 0 ? 1 : 1 / 128.0;
        const Reals want = sections_run(sections, channel(x, 2, c, c == 0 ? 0 : 7), is_steady);
        double worst = 0;
        for (size_t i = 0; i < want.size(); ++i)
          worst = std::max(worst, std::fabs(y[2 * i + static_cast<size_t>(c)] - want[i]) / unit);
        EXPECT_LE(worst, bound) << kind << order << " " << low << is_steady << c;
      }
      for (const Samples &any : extremes(4000)) {  // whatever comes, no sum goes around
        const Reals got = FixedBlock("filter", attrs, {4000, 1}, {0})(any),
                    is = sections_run(sections, channel(any, 1, 0, 0), is_steady);
        for (size_t i = 0; i < is.size(); ++i)
          ASSERT_NEAR(got[i], std::clamp(is[i], -65536.0, 65536.0), 4 * bound + 0.01) << kind << order << i;
      }
    }
  }
}

TEST(FixedFilter, refuses_poles_that_integers_are_too_coarse_for) {
  const Attrs attrs = {{"rate_hz", 10000.0}, {"cutoff_hz", 2.0}};
  EXPECT_NE(test::error_of([&] {
              FixedBlock("filter", attrs, {100, 1}, {0});
            }).find("too coarse"),
            std::string::npos);
}

TEST(FixedAutocorrelation, is_that_of_the_formula) {
  for (const bool is_centered : {true, false})
    for (const int bits : {3, 14}) {
      const Samples x = signal_of(250, 2, bits, is_centered ? 9000 : 0);
      const Reals y = FixedBlock("autocorrelation",
                                 {{"lags", int64_t{40}},
                                  {"subtract_mean", std::string(is_centered ? "true" : "false")},
                                  {"first_peak", std::string("true")}},
                                 {250, 2}, {0, 3})(x);
      ASSERT_EQ(y.size(), 82u);
      for (int c = 0; c < 2; ++c) {
        Reals v = channel(x, 2, c, 0), r;
        double mean = 0;
        for (const double a : v) mean += a / 250;
        for (double &a : v) a -= is_centered ? mean : 0;
        for (size_t lag = 0; lag <= 40; ++lag) {
          double sum = 0;
          for (size_t i = 0; i + lag < v.size(); ++i) sum += v[i] * v[i + lag];
          r.push_back(sum);
        }
        double peak = 0;
        for (size_t lag = 1; lag <= 40; ++lag)
          ASSERT_NEAR(y[static_cast<size_t>(41 * c) + lag - 1], r[lag] / r[0], 2e-4) << bits << " " << lag;
        for (size_t lag = 2; lag < 40 && peak == 0; ++lag)
          if (r[lag] > 0 && r[lag] > r[lag - 1] && r[lag] >= r[lag + 1]) peak = static_cast<double>(lag);
        EXPECT_EQ(y[static_cast<size_t>(41 * c) + 40], peak);
      }
    }
  for (const Samples &any : extremes(300))
    for (const double v : FixedBlock("autocorrelation", {}, {300, 1}, {0})(any))
      EXPECT_LE(std::fabs(v), 1.0001);
}

// Filtered and halved, mirrored at the ends.
Reals halved(const Reals &x, const std::vector<double> &filter) {
  const int n = static_cast<int>(x.size()), taps = static_cast<int>(filter.size());
  Reals y;
  for (int i = 0; i < (n + taps - 1) / 2; ++i) {
    double sum = 0;
    for (int k = 0; k < taps; ++k) {
      int at = 2 * i + 1 - k;
      if (at < 0) at = -1 - at;
      if (at >= n) at = 2 * n - 1 - at;
      sum += filter[static_cast<size_t>(k)] * x[static_cast<size_t>(at)];
    }
    y.push_back(sum);
  }
  return y;
}

double energy_of(const Reals &x) {
  double sum = 0;
  for (const double v : x) sum += v * v;
  return sum;
}

TEST(FixedWavelet, energies_are_those_of_the_formula) {
  for (const char *wavelet : {"haar", "db4", "sym5"})
    for (const int64_t level : {1, 3, 5}) {
      const auto filters = features::wavelet_filters(wavelet);
      const std::vector<double> low(filters.low.begin(), filters.low.end()),
          high(filters.high.begin(), filters.high.end());
      const std::vector<int> exponents = {0, 6};
      const Samples x = signal_of(512, 2, 13);
      const Reals y = FixedBlock("wavelet", {{"wavelet", std::string(wavelet)}, {"level", level}}, {512, 2},
                                 exponents)(x);
      const auto parts = static_cast<size_t>(level + 1);
      ASSERT_EQ(y.size(), 2 * (2 * parts + 1));
      for (int c = 0; c < 2; ++c) {
        Reals signal = channel(x, 2, c, exponents[static_cast<size_t>(c)]), energy(parts);
        for (size_t l = parts - 1; l > 0; --l) {
          energy[l] = energy_of(halved(signal, high));
          signal = halved(signal, low);
        }
        energy[0] = energy_of(signal);
        double total = 0, entropy = 0;
        for (const double e : energy) total += e;
        const double *got = y.data() + static_cast<size_t>(c) * (2 * parts + 1);
        for (size_t i = 0; i < parts; ++i) {
          // a coefficient is wrong by taps of 2^-16 of what is filtered, and by its last bits
          const double loud = std::sqrt(total / energy[i]), wrong = 2e-4 + 6 * std::ldexp(loud, -15);
          EXPECT_NEAR(got[i], std::log(energy[i]), wrong) << wavelet << level << " " << i;
          EXPECT_NEAR(got[parts + i], energy[i] / total, 2e-4) << wavelet << level << " " << i;
          entropy -= energy[i] / total * std::log(energy[i] / total) / std::log(static_cast<double>(parts));
        }
        EXPECT_NEAR(got[2 * parts], entropy, 5e-4);
      }
    }
  for (const Samples &any : extremes(512)) {
    const Reals y = FixedBlock("wavelet", {{"level", int64_t{5}}}, {512, 1}, {0})(any);
    for (size_t i = 0; i < 6; ++i) EXPECT_LE(y[i], 2 * std::log(32768.0 * 512)) << i;
    for (size_t i = 6; i < y.size(); ++i) EXPECT_LE(std::fabs(y[i] - 0.5), 0.5001) << i;
  }
}

// The block that computes with integers anyway gives the same of int16 samples.
TEST(FixedMicroFrontend, gives_the_numbers_of_the_one_in_floats) {
  for (const char *name : {"micro_frontend", "micro_speech"}) {
    const Samples x = signal_of(3000, 1, 15);
    const FixedBlock block(name, {}, {3000, 1}, {0});
    const std::vector<int32_t> got = block.whole(x);
    PreprocessingStep step = block.step;
    step.arithmetic = Arithmetic::kFloat;
    const FeatureDef &in_floats = feature_of(step);
    std::vector<float> samples(x.begin(), x.end()), y(got.size()),
        work(in_floats.work_floats(step, {3000, 1}));
    in_floats.apply.get()(step, {3000, 1}, samples.data(), work.data(), y.data());
    EXPECT_EQ(std::vector<float>(got.begin(), got.end()), y) << name;
  }
}

// What a chain gives is what its blocks give one after the other, with int16 between them.
TEST(FixedChains, give_what_their_blocks_give) {
  constexpr int kRows = 200, kChannels = 3;
  std::vector<PreprocessingStep> blocks = {{"filter", {{"cutoff_hz", 20.0}}, {}},
                                           {"magnitude", {{"keep", std::string("true")}}, {}},
                                           {"decimate", {{"factor", int64_t{2}}}, {}},
                                           {"window_normalization", {}, {}},
                                           {"spectral", {{"fft_length", int64_t{32}}}, {}}};
  for (PreprocessingStep &step : blocks) step.arithmetic = Arithmetic::kFixed;
  Preprocessing p{kRows, kChannels, 100, {}, resolved(blocks, 100)};
  p.steps.push_back(normalization("none"));
  std::vector<float> window;
  for (const int16_t v : signal_of(kRows, kChannels, 12)) window.push_back(static_cast<float>(v) / 100);
  fit(p, window.data(), 1);
  EXPECT_TRUE(exponents_fit(p));

  Samples at;
  for (size_t i = 0; i < window.size(); ++i)
    at.push_back(mote_sense_s16(window[i], p.steps[0].exponents[i % kChannels]));
  Shape shape = window_shape(p);
  Reals want;
  for (size_t i = 0; i + 1 < p.steps.size(); ++i) {
    const FixedBlock block(p.steps[i].block, p.steps[i].attrs, shape, p.steps[i].exponents);
    want = block(at);
    const std::vector<int32_t> whole = block.whole(at);
    at.clear();
    for (const int32_t v : whole)
      at.push_back(static_cast<int16_t>(std::clamp(std::floor(v / 256.0 + 0.5), -32768.0, 32767.0)));
    shape = block.out;
  }
  const FrontEnd front_end(p);
  std::vector<float> got(want.size());
  front_end.features(window.data(), got.data());
  for (size_t i = 0; i < want.size(); ++i) ASSERT_EQ(got[i], static_cast<float>(want[i])) << i;

  p.steps[2].exponents[1] += 1;  // of another unit than the block before it gives
  EXPECT_FALSE(exponents_fit(p));
}

TEST(FixedChains, refuse_what_gives_no_signal_and_sound_of_another_unit) {
  const auto why = [](const std::vector<std::string> &names) {
    std::vector<PreprocessingStep> blocks;
    for (const std::string &name : names) blocks.push_back({name, {}, {}});
    return why_not_fixed(blocks);
  };
  EXPECT_EQ(why({"sign_free", "statistics"}), "");
  EXPECT_EQ(why({"statistics", "raw"}), "raw takes samples in integers, and not what statistics gives");
  Preprocessing p{480, 1, 16000, {}, resolved({{"magnitude", {}, {}}, {"mfe", {}, {}}}, 16000)};
  for (PreprocessingStep &step : p.steps) step.arithmetic = Arithmetic::kFixed;
  p.steps.push_back(normalization("none"));
  const std::vector<float> x(480, 3000.0f);
  EXPECT_NE(test::error_of([&] { fit(p, x.data(), 1); }).find("not in the unit that magnitude gives"),
            std::string::npos);
}

}  // namespace
}  // namespace mote
