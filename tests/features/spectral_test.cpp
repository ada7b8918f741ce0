// Spectra, autocorrelation and wavelets against scipy 1.10, PyWavelets 1.1 and their formulas in double
// precision.
#include <complex>

#include "fitted_block.h"

namespace mote {
namespace {

using test::block_values, test::channel_of, test::expect_close, test::known_window, test::noise_window;

constexpr double kCircle = 2 * 3.14159265358979323846;

std::vector<double> welch(const std::vector<double> &x, int length, double rate, double hamming_a) {
  const int rows = static_cast<int>(x.size()), frame = std::min(rows, length), hop = frame - frame / 2;
  const int frames = (rows - frame) / hop + 1;
  std::vector<double> window, power(static_cast<size_t>(length / 2 + 1));
  double squares = 0;
  for (int i = 0; i < frame; ++i) {
    window.push_back(hamming_a - (1 - hamming_a) * std::cos(kCircle * i / frame));
    squares += window.back() * window.back();
  }
  for (int t = 0; t < frames; ++t) {
    double mean = 0;
    for (int i = 0; i < frame; ++i) mean += x[static_cast<size_t>(t * hop + i)] / frame;
    for (int k = 0; k <= length / 2; ++k) {
      std::complex<double> sum = 0;
      for (int i = 0; i < frame; ++i)
        sum += window[static_cast<size_t>(i)] * (x[static_cast<size_t>(t * hop + i)] - mean) *
               std::polar(1.0, -kCircle * i * k / length);
      power[static_cast<size_t>(k)] +=
          std::norm(sum) / (rate * squares) * (k == 0 || 2 * k == length ? 1 : 2) / frames;
    }
  }
  return power;
}

Attrs spectrum_of(const std::string &values, int64_t length, const std::string &log = "none") {
  return {{"rate_hz", 100.0}, {"values", values}, {"fft_length", length}, {"log", log}};
}

TEST(Spectral, powers_are_those_of_scipy) {
  const std::vector<float> x = known_window(64);
  const std::vector<float> y = block_values("spectral", spectrum_of("power", 32), {64, 1}, x);
  ASSERT_EQ(y.size(), 17u);
  const std::vector<std::pair<size_t, double>> expected = {
      {0, 0.00426360465}, {1, 0.000942028434}, {5, 0.0318410592}, {11, 0.0483087947}, {16, 0.000196385502}};
  for (const auto &[bin, power] : expected) EXPECT_NEAR(y[bin] / power, 1, 2e-5) << bin;
  Attrs shorter = spectrum_of("power", 64);
  shorter["window"] = std::string("hamming");
  const std::vector<float> z =
      block_values("spectral", shorter, {50, 1}, std::vector<float>(x.begin(), x.begin() + 50));
  for (const auto &[bin, power] : std::vector<std::pair<size_t, double>>{
           {0, 0.0027084798}, {1, 0.00339723192}, {5, 0.0185434014}, {11, 0.00754740341}})
    EXPECT_NEAR(z[bin] / power, 1, 2e-5) << bin;
}

// In the order of the block: powers, bands, peaks, moments, entropy.
std::vector<double> expected_spectrum(const std::vector<double> &power, double rate,
                                      const std::vector<double> &edges, int peaks, double (*level)(double)) {
  const size_t bins = power.size();
  const double step = rate / static_cast<double>(2 * (bins - 1));
  std::vector<double> y;
  for (const double p : power) y.push_back(level(p));
  for (size_t b = 0; b + 1 < edges.size(); ++b) {
    double sum = 0;
    for (size_t k = 0; k < bins; ++k)
      if (static_cast<double>(k) * step >= edges[b] && static_cast<double>(k) * step < edges[b + 1])
        sum += power[k] * step;
    y.push_back(level(sum));
  }
  std::vector<std::pair<double, size_t>> found;
  for (size_t k = 1; k + 1 < bins; ++k)
    if (power[k] > power[k - 1] && power[k] >= power[k + 1]) found.emplace_back(-power[k], k);
  std::sort(found.begin(), found.end());
  for (size_t i = 0; i < static_cast<size_t>(peaks); ++i) {
    if (i >= found.size()) {
      y.insert(y.end(), {0, 0});
      continue;
    }
    const size_t k = found[i].second;
    const double a = power[k - 1], b = power[k], c = power[k + 1], away = 0.5 * (a - c) / (a - 2 * b + c);
    y.push_back((static_cast<double>(k) + away) * step);
    y.push_back(level(b - 0.25 * (a - c) * away));
  }
  double total = 0, centroid = 0, moments[3] = {}, entropy = 0;
  for (const double p : power) total += p;
  for (size_t k = 0; k < bins; ++k) centroid += static_cast<double>(k) * step * power[k] / total;
  for (size_t k = 0; k < bins; ++k)
    for (int m = 0; m < 3; ++m)
      moments[m] += std::pow(static_cast<double>(k) * step - centroid, m + 2) * power[k] / total;
  for (const double p : power) entropy -= p > 0 ? p / total * std::log(p / total) : 0;
  y.insert(y.end(),
           {centroid, std::sqrt(moments[0]), moments[1] / std::pow(moments[0], 1.5),
            moments[2] / (moments[0] * moments[0]) - 3, entropy / std::log(static_cast<double>(bins))});
  return y;
}

TEST(Spectral, values_are_those_of_the_formulas) {
  constexpr int kChannels = 2;
  struct Case {
    int rows;
    int64_t length;
    const char *log, *window;
  };
  for (const auto &[rows, length, log, window] :
       {Case{128, 0, "none", "hann"}, Case{100, 0, "ln", "hann"}, Case{500, 64, "db", "hamming"},
        Case{16, 16, "none", "none"}, Case{37, 256, "ln", "none"}}) {
    const std::vector<float> x =
        noise_window(static_cast<size_t>(rows * kChannels), static_cast<uint64_t>(rows), 2, 5);
    Attrs settings = spectrum_of("entropy, moments,peaks,band_energies,power", length, log);
    settings["bands"] = std::string("0, 6.5, 20, 49, 60");
    settings["window"] = std::string(window);
    settings["peaks"] = int64_t{5};
    const std::vector<float> y = block_values("spectral", settings, {rows, kChannels}, x);
    const std::string name = log, taper = window;
    const int used = length > 0 ? static_cast<int>(length) : rows == 128 ? 128 : 128;
    for (size_t c = 0; c < kChannels; ++c) {
      const std::vector<double> power = welch(channel_of(x, kChannels, c), used, 100,
                                              taper == "hann"      ? 0.5
                                              : taper == "hamming" ? 0.54
                                                                   : 1);
      const std::vector<double> expected = expected_spectrum(
          power, 100, {0, 6.5, 20, 49, 60}, 5,
          name == "none" ? +[](double v) { return v; }
          : name == "ln" ? +[](double v) { return std::log(std::max(v, 1e-12)); }
                         : +[](double v) { return 10 * std::log10(std::max(v, 1e-12)); });
      const size_t count = y.size() / kChannels;
      ASSERT_EQ(count, expected.size());
      const size_t bins = power.size();
      for (size_t i = 0; i < count; ++i) {
        // of 0 Hz and of what a logarithm tears apart only rounding is left, where the mean was taken off
        if (i < bins && power[i] < 1e-7) continue;
        EXPECT_NEAR(y[c * count + i], expected[i], 1e-4 * std::max(1.0, std::fabs(expected[i])))
            << rows << " " << log << " " << i;
      }
    }
  }
}

TEST(Spectral, a_tone_is_the_highest_peak_and_silence_has_none) {
  std::vector<float> tone;
  for (int i = 0; i < 256; ++i) tone.push_back(static_cast<float>(3 * std::sin(kCircle * 12.3 * i / 100)));
  Attrs settings = spectrum_of("peaks,moments,entropy", 0);
  settings["peaks"] = int64_t{1};
  const std::vector<float> y = block_values("spectral", settings, {256, 1}, tone);
  EXPECT_NEAR(y[0], 12.3, 0.05);
  EXPECT_NEAR(y[2], 12.3, 0.05);
  EXPECT_EQ(block_values("spectral", settings, {256, 1}, std::vector<float>(256, 7.0f)),
            (std::vector<float>{0, 0, 0, 0, 0, -3, 0}));
}

TEST(Spectral, says_what_does_not_go_together) {
  const auto made = [](Attrs settings, const Shape &in) { test::FittedBlock("spectral", settings, in); };
  EXPECT_ERROR(made({}, {64, 1}), "the rate of the samples is not known");
  EXPECT_ERROR(made(spectrum_of("power", 48), {64, 1}), "use a power of two");
  EXPECT_ERROR(made(spectrum_of("powers", 64), {64, 1}), "there is no value of a spectrum 'powers'");
  EXPECT_ERROR(made(spectrum_of("power", 0), {3, 1}), "a window of 3 rows has no spectrum");
  const auto bands = [&](const char *edges) {
    Attrs settings = spectrum_of("band_energies", 64);
    settings["bands"] = std::string(edges);
    made(settings, {64, 1});
  };
  EXPECT_ERROR(bands(""), "band_energies need bands");
  EXPECT_ERROR(bands("5"), "bands has one edge");
  EXPECT_ERROR(bands("5, x"), "bands '5, x' is no list of numbers");
  EXPECT_ERROR(bands("5, 2"), "from the lowest to the highest");
  EXPECT_ERROR(bands("0.1, 0.2"), "no bin lies from 0.1 to 0.2 Hz");
  EXPECT_ERROR(bands("60, 70"), "up to 50 Hz");
}

TEST(Spectral, refuses_settings_that_say_nothing) {
  const auto made = [](const std::string &values, const std::string &key, const Attr &value) {
    Attrs settings = spectrum_of(values, 64, "ln");
    settings[key] = value;
    test::FittedBlock("spectral", settings, {64, 1});
  };
  const std::string bands = "5, 20", db = "db";
  EXPECT_ERROR(made("power", "bands", bands), "bands says nothing: values does not list band_energies");
  EXPECT_ERROR(made("power,moments", "peaks", int64_t{5}), "peaks says nothing: values does not list peaks");
  EXPECT_ERROR(made("moments,entropy", "log", db), "log says nothing: values does not list power");
  EXPECT_ERROR(made("moments,entropy", "floor", 1e-6), "floor says nothing: values does not list power");
  Attrs linear = spectrum_of("power", 64, "none");
  linear["floor"] = 1e-6;
  EXPECT_ERROR(test::FittedBlock("spectral", linear, {64, 1}), "it is of a logarithm, and log is none");
  made("power,band_energies", "bands", bands);
  made("peaks", "peaks", int64_t{5});
  made("peaks", "log", db);
  made("moments", "peaks", int64_t{3});  // as where it is not given
}

TEST(Autocorrelation, is_that_of_the_formula) {
  for (const bool is_centered : {true, false})
    for (const int rows : {17, 500}) {
      const std::vector<float> x = noise_window(static_cast<size_t>(rows) * 2, 12, 3, 4);
      const std::vector<float> y = block_values(
          "autocorrelation",
          {{"lags", int64_t{16}}, {"subtract_mean", std::string(is_centered ? "true" : "false")}}, {rows, 2},
          x);
      for (size_t c = 0; c < 2; ++c) {
        std::vector<double> d = channel_of(x, 2, c);
        double mean = 0, power = 0;
        for (const double v : d) mean += v / rows;
        for (double &v : d) v -= is_centered ? mean : 0;
        for (const double v : d) power += v * v;
        for (size_t lag = 1; lag <= 16; ++lag) {
          double sum = 0;
          for (size_t i = 0; i + lag < d.size(); ++i) sum += d[i] * d[i + lag];
          EXPECT_NEAR(y[c * 16 + lag - 1], sum / power, 3e-6) << lag;
        }
      }
    }
}

TEST(Autocorrelation, tells_how_long_a_repetition_is) {
  std::vector<float> x;
  for (int i = 0; i < 200; ++i) x.push_back(static_cast<float>(1e30 * std::sin(kCircle * i / 23)));
  const Attrs settings = {{"lags", int64_t{40}}, {"first_peak", std::string("true")}};
  EXPECT_EQ(block_values("autocorrelation", settings, {200, 1}, x)[40], 23);
  const std::vector<float> still =
      block_values("autocorrelation", settings, {200, 1}, std::vector<float>(200, 0.3f));
  EXPECT_EQ(still, std::vector<float>(41));
  EXPECT_ERROR(block_values("autocorrelation", settings, {40, 1}, {}), "40 lags of a window of 40 rows");
}

TEST(Wavelet, energies_are_those_of_pywavelets) {
  struct Known {
    const char *wavelet;
    std::vector<double> energies;  // approximation, then details from the coarsest
  };
  for (const auto &[wavelet, energies] : {Known{"haar", {1159.28134, 37.8658247, 83.2776501, 38.1256166}},
                                          Known{"db2", {1451.51408, 94.6709879, 44.0427918, 37.1206591}},
                                          Known{"db4", {2286.00876, 77.3218891, 86.6959278, 32.8849596}}}) {
    double total = 0, entropy = 0;
    for (const double e : energies) total += e;
    std::vector<double> expected = energies;
    for (const double e : energies) {
      expected.push_back(e / total);
      entropy -= e / total * std::log(e / total) / std::log(4.0);
    }
    expected.push_back(entropy);
    const Attrs settings = {{"wavelet", std::string(wavelet)}, {"log", std::string("none")}};
    expect_close(block_values("wavelet", settings, {64, 1}, known_window(64)), expected, 2e-6, wavelet);
    std::vector<float> two;  // the same in each channel
    for (const float v : known_window(64)) two.insert(two.end(), {v, v});
    std::vector<double> both = expected;
    both.insert(both.end(), expected.begin(), expected.end());
    expect_close(block_values("wavelet", settings, {64, 2}, two), both, 2e-6, wavelet);
  }
}

TEST(Wavelet, silence_has_no_shares_and_short_windows_are_refused) {
  const std::vector<float> y = block_values(
      "wavelet", {{"wavelet", std::string("haar")}, {"level", int64_t{2}}}, {8, 1}, std::vector<float>(8));
  ASSERT_EQ(y.size(), 7u);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(y[i], std::log(1e-12), 1e-4);
  for (size_t i = 3; i < 7; ++i) EXPECT_EQ(y[i], 0);
  EXPECT_ERROR(block_values("wavelet", {{"level", int64_t{3}}}, {7, 1}, {}), "has 0 levels of db4");
  const std::string shares = "relative,entropy", none = "none";
  EXPECT_ERROR(block_values("wavelet", {{"values", shares}, {"log", none}}, {64, 1}, {}),
               "log says nothing: values does not list energies");
  EXPECT_ERROR(block_values("wavelet", {{"values", shares}, {"floor", 1e-6}}, {64, 1}, {}),
               "floor says nothing");
  EXPECT_ERROR(block_values("wavelet", {{"values", std::string("power")}}, {64, 1}, {}), "there is no value");
}

}  // namespace
}  // namespace mote
