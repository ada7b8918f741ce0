// Filters against scipy.signal 1.10 (butter, sosfilt, sosfilt_zi), and against the gain that a Butterworth
// filter has by its formula.
#include <complex>

#include "fitted_block.h"

namespace mote {
namespace {

using test::block_values, test::FittedBlock, test::known_window, test::noise_window;

struct KnownFilter {
  Attrs settings;
  std::vector<std::vector<double>> sections;
  std::vector<double> zero, steady;  // of known_window(64), rows 0, 1, 5, 20, 63
};

Attrs filter_of(const std::string &kind, int64_t order, double low, double high = 0) {
  Attrs attrs = {{"kind", kind}, {"order", order}, {"rate_hz", 100.0}};
  if (high == 0) {
    attrs["cutoff_hz"] = low;
  } else {
    attrs["low_hz"] = low;
    attrs["high_hz"] = high;
  }
  return attrs;
}

const std::vector<KnownFilter> &known_filters() {
  static const std::vector<KnownFilter> kFilters = {
      {filter_of("low", 4, 20),
       {{0.0465829066, 0.0931658133, 0.0465829066, -0.328975677, 0.0645876549},
        {1, 2, 1, -0.453119521, 0.466325571}},
       {0.13974872, 0.914642378, 6.15522434, 4.61890152, 2.50411583},
       {3, 3.10660198, 6.0250448, 4.61818921, 2.50411583}},
      {filter_of("high", 6, 2),
       {{0.784297853, -1.56859571, 0.784297853, -1.76995414, 0.784021684},
        {1, -2, 1, -1.82269493, 0.837181651},
        {1, -2, 1, -1.92188606, 0.93716115}},
       {2.35289356, 3.00546139, -2.21149771, 1.81628416, 2.65797711},
       {0, 1.79481502, -1.23915613, 1.16779443, 2.48354947}},
      {filter_of("bandpass", 2, 5, 12),
       {{0.0365748358, 0.0731496717, 0.0365748358, -1.29630376, 0.668060964},
        {1, -2, 1, -1.69440834, 0.804110184}},
       {0.109724508, 0.521578072, 0.682293284, 0.668044958, -1.27501223},
       {0, 0.0836991513, 0.475861457, 0.52524743, -1.27352233}},
      {filter_of("notch", 4, 18, 22),
       {{0.719359553, -0.448122231, 0.719359553, -0.473034725, 0.788439231},
        {1, -0.622946105, 1, -0.640556184, 0.794397633},
        {1, -0.622946105, 1, -0.375221393, 0.905658401},
        {1, -0.622946105, 1, -0.798666925, 0.912265963}},
       {2.15807866, 3.36337989, 5.31051559, 5.2033573, 4.43270592},
       {3, 4.64620791, 5.56160529, 5.09125843, 4.45371312}},
      {filter_of("low", 8, 1),
       {{8.09825979e-13, 1.61965196e-12, 8.09825979e-13, -1.88025952, 0.88397712},
        {1, 2, 1, -1.89701341, 0.900764129},
        {1, 2, 1, -1.92876922, 0.932582733},
        {1, 2, 1, -1.97189806, 0.975796839}},
       {2.42947794e-12, 4.23719222e-11, 3.52966797e-08, 0.000424375571, 0.536739559},
       {3, 3, 3.00000001, 3.0001457, 3.16911899}}};
  return kFilters;
}

TEST(Filter, sections_are_those_of_scipy) {
  for (const KnownFilter &f : known_filters()) {
    const FittedBlock block("filter", f.settings, {64, 1});
    const std::vector<float> &table = block.step.table("filter");
    ASSERT_EQ(table.size(), 14 * f.sections.size());
    for (size_t s = 0; s < f.sections.size(); ++s)
      for (size_t k = 0; k < 5; ++k)
        EXPECT_NEAR(table[14 * s + k] / f.sections[s][k], 1, 1e-6) << s << " " << k;
  }
}

TEST(Filter, output_is_that_of_scipy) {
  const std::vector<float> x = known_window(64);
  for (const KnownFilter &f : known_filters())
    for (const bool is_steady : {false, true}) {
      Attrs settings = f.settings;
      settings["initial"] = std::string(is_steady ? "steady" : "zero");
      const std::vector<float> y = block_values("filter", settings, {64, 1}, x);
      const size_t rows[] = {0, 1, 5, 20, 63};
      for (size_t i = 0; i < 5; ++i) {
        const double expected = (is_steady ? f.steady : f.zero)[i];
        EXPECT_NEAR(y[rows[i]], expected, 2e-6 * std::max(1.0, std::fabs(expected))) << i << is_steady;
      }
    }
}

// |H|^2 = 1 / (1 + W^2n), W the frequency by the cutoff, of which the bilinear transform takes the tangents.
double butterworth_gain(const Attrs &a, double hz) {
  constexpr double kPi = 3.14159265358979323846;
  const auto warped = [](double f) { return std::tan(kPi * f / 100.0); };
  const std::string &kind = a.text("kind");
  const double w = warped(hz);
  double ratio;
  if (kind == "low" || kind == "high") {
    ratio = w / warped(a.number("cutoff_hz"));
    if (kind == "high") ratio = 1 / ratio;
  } else {
    const double low = warped(a.number("low_hz")), high = warped(a.number("high_hz"));
    ratio = (w * w - low * high) / ((high - low) * w);
    if (kind == "notch") ratio = 1 / ratio;
  }
  return 1 / std::sqrt(1 + std::pow(ratio, 2.0 * a.integer("order")));
}

TEST(Filter, gains_are_those_of_the_formula) {
  constexpr int kRows = 16384;
  std::vector<float> impulse(kRows);
  impulse[0] = 1;
  for (const int64_t order : {2, 4, 6, 8})
    for (const Attrs &settings :
         {filter_of("low", order, 0.3), filter_of("low", order, 10), filter_of("low", order, 45),
          filter_of("high", order, 0.3), filter_of("high", order, 30), filter_of("bandpass", order, 0.5, 3),
          filter_of("bandpass", order, 30, 48), filter_of("notch", order, 10, 10.5),
          filter_of("notch", order, 2, 40)}) {
      const std::vector<float> h = block_values("filter", settings, {kRows, 1}, impulse);
      for (const double hz : {0.1, 0.3, 0.45, 2.0, 9.0, 10.2, 26.0, 41.0, 49.0}) {
        std::complex<double> sum = 0;
        for (int i = 0; i < kRows; ++i)
          sum += static_cast<double>(h[i]) * std::polar(1.0, -2 * 3.14159265358979323846 * hz * i / 100);
        EXPECT_NEAR(std::abs(sum), butterworth_gain(settings, hz), 1e-4)
            << settings.text("kind") << order << " " << hz;
      }
    }
}

// The recursion in double precision with the numbers that were designed in double precision, which the table
// has as pairs of floats.
std::vector<double> filtered(const FittedBlock &block, const std::vector<float> &x, size_t c,
                             size_t channels) {
  const std::vector<float> &table = block.step.table("filter");
  std::vector<double> y = test::channel_of(x, channels, c);
  for (size_t s = 0; s < table.size(); s += 14) {
    const auto number = [&](size_t k) {
      return static_cast<double>(table[s + k]) + static_cast<double>(table[s + k + 7]);
    };
    double first = 0, second = 0;
    for (double &v : y) {
      const double in = v, out = number(0) * in + first;
      first = number(1) * in - number(3) * out + second;
      second = number(2) * in - number(4) * out;
      v = out;
    }
  }
  return y;
}

TEST(Filter, noise_comes_out_as_in_double_precision) {
  const std::vector<float> x = noise_window(6000, 3, 1, 20);  // gravity is larger than what moves
  for (const int64_t order : {2, 4, 6, 8})
    for (const Attrs &settings :
         {filter_of("low", order, 0.05), filter_of("low", order, 3), filter_of("low", order, 49.5),
          filter_of("high", order, 0.05), filter_of("high", order, 40),
          filter_of("bandpass", order, 0.1, 0.2), filter_of("bandpass", order, 1, 30),
          filter_of("notch", order, 49, 49.5), filter_of("notch", order, 9, 11)}) {
      const FittedBlock block("filter", settings, {2000, 3});
      const std::vector<float> y = block(x);
      for (size_t c = 0; c < 3; ++c) {
        const std::vector<double> expected = filtered(block, x, c, 3);
        for (size_t i = 0; i < 2000; ++i)
          ASSERT_NEAR(y[3 * i + c], expected[i], 1e-4)
              << settings.text("kind") << order << " row " << i << " channel " << c;
      }
    }
}

TEST(Filter, a_steady_start_has_no_transient) {
  for (const double value : {9.81, -1000.0}) {
    const std::vector<float> x(200, static_cast<float>(value));
    Attrs settings = filter_of("high", 4, 1);
    settings["initial"] = std::string("steady");
    for (const float v : block_values("filter", settings, {200, 1}, x))
      EXPECT_NEAR(v, 0, 2e-5 * std::fabs(value));
    settings["kind"] = std::string("low");
    for (const float v : block_values("filter", settings, {200, 1}, x))
      EXPECT_NEAR(v, value, 2e-5 * std::fabs(value));
  }
}

TEST(Filter, says_what_does_not_go_together) {
  const auto made = [](const Attrs &settings) { FittedBlock("filter", settings, {64, 1}); };
  EXPECT_ERROR(made({}), "the rate of the samples is not known");
  EXPECT_ERROR(made({{"rate_hz", 100.0}}), "a low filter needs cutoff_hz");
  EXPECT_ERROR(made(filter_of("low", 4, 50)), "half the rate is 50 Hz");
  EXPECT_ERROR(made(filter_of("low", 3, 5)), "use 2, 4, 6 or 8");
  EXPECT_ERROR(made(filter_of("low", 4, 0.001)), "a ten thousandth of the rate");
  EXPECT_ERROR(made(filter_of("low", 4, 5, 10)), "low_hz says nothing of a low filter");
  EXPECT_ERROR(made(filter_of("notch", 4, 5)), "cutoff_hz says nothing of a notch filter");
  EXPECT_ERROR(made(filter_of("bandpass", 4, 10, 5)), "the second is the larger one");
}

}  // namespace
}  // namespace mote
