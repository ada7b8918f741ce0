// Edge Impulse's blocks against what its own programs gave for recordings, with the tolerances of that
// recording's README, and what they refuse.
#include <algorithm>
#include <cmath>
#include <complex>

#include "edge_impulse_cases.h"
#include "features/edge_impulse_support.h"
#include "features/wavelet_filters.h"

namespace mote {
namespace {

using test::EdgeImpulseCase, test::FittedBlock;

struct Tolerance {
  double absolute = 0, relative = 0;  // the latter of max(1, |expected|)
  double of(double expected) const {
    return std::max(absolute, relative * std::max(1.0, std::fabs(expected)));
  }
};

std::string label_of(const EdgeImpulseCase &c, size_t feature) {
  if (c.labels.empty()) return "";
  const auto low = std::find_if(c.labels.begin(), c.labels.end(),
                                [](const std::string &label) { return label.ends_with(" LF"); });
  const size_t per_axis = low - c.labels.begin(), axes = c.window[1];
  if (feature < per_axis * axes) return c.labels[feature % per_axis];
  return c.labels[per_axis + (feature - per_axis * axes) % (c.labels.size() - per_axis)];
}

bool is_wavelet(const EdgeImpulseCase &c) { return c.settings.text("analysis_type") == "Wavelet"; }

Tolerance spectral_tolerance(const EdgeImpulseCase &c, const std::string &label) {
  if (!is_wavelet(c)) {
    const bool is_log = c.settings.integer("version") > 1 && c.settings.text("do_log") == "true";
    if (is_log && label.starts_with("Spectral Power")) return {1e-4, 0};
    return {0, 2e-4};
  }
  if (label.ends_with("entropy")) return {0.05, 0};
  const double coefficients = std::ldexp(c.window[0], -c.settings.integer("wavelet_level"));
  if (label.ends_with("cross")) return {6 / coefficients, 0};
  return {0, 1e-4};
}

// A device has no NaN for what does not vary.
double device_value(const std::string &label, double recorded) {
  if (!std::isnan(recorded)) return recorded;
  return label.find("urtosis") != std::string::npos ? -3 : 0;
}

// compare(case, input, got, expected) for each input of the cases that have an output.
template <class Compare>
void for_each_recorded(const std::string &block, size_t cases, size_t refusals, Compare compare) {
  size_t given = 0, refused = 0;
  for (const EdgeImpulseCase &c : test::edge_impulse_cases(block)) {
    if (c.expected.empty()) {
      const std::string said = test::error_of([&] { FittedBlock(c.block, c.settings, c.window); });
      EXPECT_NE(said.find("; "), std::string::npos) << c.name << " has no advice: " << said;
      ++refused;
      continue;
    }
    const FittedBlock fitted(c.block, c.settings, c.window);
    const size_t size = c.expected.size() / c.inputs.size();
    ASSERT_EQ(fitted.out.elements(), size) << c.name;
    for (size_t i = 0; i < c.inputs.size(); ++i)
      compare(c, i, fitted(c.inputs[i]),
              std::vector<double>(c.expected.begin() + i * size, c.expected.begin() + (i + 1) * size));
    ++given;
  }
  EXPECT_EQ(given, cases);
  EXPECT_EQ(refused, refusals);
}

void expect_near(const EdgeImpulseCase &c, size_t input, size_t at, double got, double expected,
                 double tolerance) {
  EXPECT_NEAR(got, expected, tolerance)
      << c.name << " input " << input << " value " << at << " " << label_of(c, at);
}

// Made-up tones: between their lines a spectrum holds rounding errors only, of double there and float here.
bool is_tone(const EdgeImpulseCase &c, size_t input) {
  return c.name.find("_edge_v") != std::string::npos && (input == 1 || input == 2);
}

TEST(EdgeImpulse, spectral_features_are_those_of_the_recording) {
  MOTE_NEED_SHARED_DATA();
  for_each_recorded("edge_impulse_spectral", 102, 8,
                    [](const auto &c, size_t input, const auto &got, const auto &expected) {
                      for (size_t i = 0; i < got.size(); ++i) {
                        const std::string label = label_of(c, i);
                        const double value = device_value(label, expected[i]);
                        const Tolerance tolerance = spectral_tolerance(c, label);
                        if (is_tone(c, input) && tolerance.relative == 0 && value < -12)
                          EXPECT_LT(got[i], -9) << c.name;
                        else
                          expect_near(c, input, i, got[i], value, tolerance.of(value));
                      }
                    });
}

TEST(EdgeImpulse, flatten_is_that_of_the_recording) {
  MOTE_NEED_SHARED_DATA();
  for_each_recorded("edge_impulse_flatten", 8, 0,
                    [](const auto &c, size_t input, const auto &got, const auto &expected) {
                      for (size_t i = 0; i < got.size(); ++i) {
                        const double value = device_value(label_of(c, i), expected[i]);
                        expect_near(c, input, i, got[i], value, Tolerance{0, 1e-5}.of(value));
                      }
                    });
}

TEST(EdgeImpulse, images_are_those_of_the_recording) {
  MOTE_NEED_SHARED_DATA();
  for_each_recorded("edge_impulse_image", 2, 0,
                    [](const auto &c, size_t input, const auto &got, const auto &expected) {
                      for (size_t i = 0; i < got.size(); ++i)
                        expect_near(c, input, i, got[i], expected[i], 1e-6);
                    });
}

TEST(EdgeImpulse, mel_energies_are_those_of_the_recording) {
  MOTE_NEED_SHARED_DATA();
  size_t cells = 0, off = 0;
  for_each_recorded("edge_impulse_mfe", 15, 5,
                    [&](const auto &c, size_t input, const auto &got, const auto &expected) {
                      const bool is_old = c.settings.integer("version") < 3;
                      for (size_t i = 0; i < got.size(); ++i) {
                        expect_near(c, input, i, got[i], expected[i], is_old ? 1e-5 : 1 / 256.0);
                        cells += is_old ? 0 : 1;
                        off += !is_old && static_cast<double>(got[i]) != expected[i] ? 1 : 0;
                      }
                    });
  EXPECT_LE(off, cells / 1000);
}

TEST(EdgeImpulse, cepstra_are_those_of_the_recording) {
  MOTE_NEED_SHARED_DATA();
  for_each_recorded(
      "edge_impulse_mfcc", 15, 4, [](const auto &c, size_t input, const auto &got, const auto &expected) {
        const bool is_normalized = c.settings.integer("win_size") > 0;
        const auto [low, high] = std::minmax_element(c.inputs[input].begin(), c.inputs[input].end());
        // Noise in units of itself, or its logarithm.
        if (is_tone(c, input) || (is_normalized && *low == *high)) return;
        for (size_t i = 0; i < got.size(); ++i)
          expect_near(c, input, i, got[i], expected[i], is_normalized ? 1e-3 : 2e-4);
      });
}

TEST(EdgeImpulse, spectrograms_are_those_of_the_recording) {
  MOTE_NEED_SHARED_DATA();
  for_each_recorded("edge_impulse_spectrogram", 11, 1,
                    [](const auto &c, size_t input, const auto &got, const auto &expected) {
                      const double tolerance = is_tone(c, input) ? 1e-3 : 2e-4;
                      for (size_t i = 0; i < got.size(); ++i)
                        expect_near(c, input, i, got[i], expected[i], tolerance);
                    });
}

// Flatten in double precision, from its formulas.
std::vector<double> flattened(const std::vector<float> &x, size_t axes, size_t axis) {
  const double n = static_cast<double>(x.size() / axes);
  double mean = 0, squares = 0, power[5] = {}, low = INFINITY, high = -INFINITY;
  for (size_t i = axis; i < x.size(); i += axes) {
    const double v = x[i];
    mean += v / n;
    squares += v * v / n;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  for (size_t i = axis; i < x.size(); i += axes)
    for (int k = 2; k <= 4; ++k) power[k] += std::pow(x[i] - mean, k) / n;
  return {mean,
          low,
          high,
          std::sqrt(squares),
          std::sqrt(power[2]),
          power[3] / std::pow(power[2], 1.5),
          power[4] / (power[2] * power[2]) - 3};
}

TEST(EdgeImpulse, statistics_of_small_changes_on_a_large_offset_have_their_digits) {
  Random random(5);
  std::vector<float> x;
  for (int i = 0; i < 3 * 200; ++i)
    x.push_back(i % 3 == 0 ? 1000 + 0.001F * static_cast<float>(i % 7)
                           : static_cast<float>(random.normal() * (i % 3 == 1 ? 1e-12 : 1e9)));
  const std::vector<float> y = FittedBlock("edge_impulse_flatten", {}, {200, 3})(x);
  for (size_t axis = 0; axis < 3; ++axis) {
    const std::vector<double> expected = flattened(x, 3, axis);
    for (size_t k = 0; k < 7; ++k)
      EXPECT_NEAR(y[7 * axis + k], expected[k], 1e-5 * std::max(k < 5 ? 1e-13 : 1.0, std::fabs(expected[k])))
          << axis << k;
  }
}

TEST(EdgeImpulse, a_scale_below_zero_turns_extremes_and_skewness) {
  const std::vector<float> x = {1, 2, 3, 10};
  const std::vector<float> plain = FittedBlock("edge_impulse_flatten", {}, {4, 1})(x);
  const std::vector<float> turned = FittedBlock("edge_impulse_flatten", {{"scale_axes", -2.0}}, {4, 1})(x);
  EXPECT_EQ(turned[1], -20);
  EXPECT_EQ(turned[2], -2);
  EXPECT_EQ(turned[0], -2 * plain[0]);
  EXPECT_EQ(turned[4], 2 * plain[4]);
  EXPECT_EQ(turned[5], -plain[5]);
}

// A power of a frame by the sum that defines the transform.
double power_of(const std::vector<float> &x, size_t start, int length, int bin) {
  double re = 0, im = 0;
  for (int i = 0; i < length && start + i < x.size(); ++i) {
    re += x[start + i] * std::cos(2 * M_PI * bin * i / length);
    im += x[start + i] * std::sin(2 * M_PI * bin * i / length);
  }
  return (re * re + im * im) / length;
}

TEST(EdgeImpulse, a_spectrogram_of_noise_is_that_of_the_sum) {
  Random random(9);
  std::vector<float> x(2000);
  for (float &v : x) v = std::round(static_cast<float>(random.normal() * 3000));
  const FittedBlock block("edge_impulse_spectrogram", {{"rate_hz", 8000.0}, {"fft_length", int64_t{64}}},
                          {2000, 1});
  const std::vector<float> y = block(x);
  ASSERT_EQ(block.out, (Shape{24, 33}));
  for (int frame : {0, 7, 23})
    for (int bin = 0; bin <= 32; ++bin) {
      const double level = (10 * std::log10(power_of(x, 80 * frame, 64, bin)) + 52) / 64;
      EXPECT_NEAR(y[33 * frame + bin], std::max(level, 0.0), 2e-4) << frame << " " << bin;
    }
}

TEST(EdgeImpulse, every_wavelet_splits_a_signal_without_loss_of_energy_or_moments) {
  for (const std::string &name : features::wavelet_names()) {
    const features::WaveletFilters w = features::wavelet_filters(name);
    double low = 0, high = 0, energy = 0;
    for (double v : w.low) {
      low += v;
      energy += v * v;
    }
    for (double v : w.high) high += v;
    EXPECT_NEAR(low, std::sqrt(2.0), 1e-9) << name;
    EXPECT_NEAR(high, 0, 1e-9) << name;
    EXPECT_EQ(w.low.size(), w.high.size()) << name;
    if (name.substr(1, 3) != "ior" && name.substr(1, 3) != "bio") {
      EXPECT_NEAR(energy, 1, 1e-9) << name;
    }
  }
  EXPECT_ERROR(FittedBlock("edge_impulse_spectral", {{"wavelet", std::string("db77")}}, {128, 1}), "db77");
}

TEST(EdgeImpulse, a_band_is_passed_and_the_rest_is_not) {
  // |H|^2 of a Butterworth filter of order 2n is 1 / (1 + (tan(pi f / rate) / tan(pi cutoff / rate))^2n).
  for (const int order : {2, 4, 6, 8}) {
    const std::vector<float> sections = edge_impulse::butterworth(false, order, 0.4);
    for (const double f : {0.01, 0.3, 0.4, 0.5, 0.8}) {  // of half the rate
      double gain = 1;
      for (size_t s = 0; s < sections.size(); s += 5) {
        const std::complex<double> z = std::polar(1.0, -M_PI * f);
        const double b0 = sections[s], b1 = sections[s + 1], b2 = sections[s + 2];
        const double a1 = sections[s + 3], a2 = sections[s + 4];
        gain *= std::norm((b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z));
      }
      const double ratio = std::tan(M_PI * f / 2) / std::tan(M_PI * 0.4 / 2);
      EXPECT_NEAR(gain, 1 / (1 + std::pow(ratio, 2 * order)), 1e-5) << order << " " << f;
    }
  }
}

TEST(EdgeImpulse, settings_that_do_not_go_together_are_refused_with_a_sentence) {
  const auto spectral = [](const Attrs &settings, const Shape &window = {128, 3}) {
    return test::error_of([&] { FittedBlock("edge_impulse_spectral", settings, window); });
  };
  const auto has = [](const std::string &said, const std::string &part) {
    EXPECT_NE(said.find(part), std::string::npos) << said;
  };
  has(spectral({{"rate_hz", 50.0}, {"input_decimation_ratio", int64_t{7}}}), "input_decimation_ratio is 7");
  has(spectral({{"rate_hz", 50.0}, {"version", int64_t{3}}, {"input_decimation_ratio", int64_t{3}}}),
      "version 4");
  has(spectral({{"filter_type", std::string("low")}}), "rate");
  has(spectral({{"extra_low_freq", std::string("true")}, {"fft_length", int64_t{64}}}), "too short");
  has(spectral({{"version", int64_t{1}}, {"rate_hz", 50.0}, {"spectral_power_edges", std::string("1, x")}}),
      "'1, x'");
  has(test::error_of([] {
        FittedBlock("edge_impulse_mfe", {{"rate_hz", 16000.0}}, {16000, 2});
      }),
      "2 channels");
  has(test::error_of([] { FittedBlock("edge_impulse_image", {}, {16, 1}); }), "red, green and blue");
}

}  // namespace
}  // namespace mote
