// The tables of the micro front end, as its two makers compute them.
//
// The C library works in float32 (window_util.c, filterbank_util.c, pcan_gain_control_util.c of
// tensorflow/lite/experimental/microfrontend): each operation below that is float there is float here, and
// cosine, log1p and pow are rounded to float once. The signal ops (python/tflite_micro/signal/ops) compute in
// double or numpy's float32, round windows half to even and cut weights off.
#include <cmath>

#include "base/math.h"
#include "features/micro_frontend_support.h"

namespace mote::features {

namespace {

constexpr double kTurn = 6.283185307179586;
constexpr float kQ12 = 4096;

double cosine(double angle) {
  double sine, cosine;
  exact_sincos(angle, &sine, &cosine);
  return cosine;
}

// ln(1 + x), x from 0, in float32 as the C libraries of Linux, newlib and BSD have it, which is not always
// the nearest float. Method and coefficients: fdlibm, s_log1pf.c. 1 + x = (1 + f) 2^k, ln(1 + f) by s = f /
// (2 + f); `lost` is what rounding took from 1 + x.
float log1p_float(float x) {
  constexpr float kLn2High = 6.9313812256e-01f, kLn2Low = 9.0580006145e-06f;
  constexpr float kSeries[] = {1.4798198640e-01f, 1.5313838422e-01f, 1.8183572590e-01f, 2.2222198546e-01f,
                               2.8571429849e-01f, 4.0000000596e-01f, 6.6666668653e-01f};
  constexpr float kUnreduced = 0x1.a827aep-2f, kHalved = 0x1.6a09eep0f;  // above sqrt(2) - 1 and sqrt(2)
  int k = 0;
  float f = x, lost = 0;
  if (x >= kUnreduced) {
    const float u = 1.0f + x;
    f = 2 * std::frexp(u, &k);
    --k;
    lost = (k > 0 ? 1.0f - (u - x) : x - (u - 1.0f)) / u;
    if (f >= kHalved) {
      f *= 0.5f;
      ++k;
    }
    f -= 1.0f;
  }
  const float half_square = 0.5f * f * f, exponent = static_cast<float>(k), s = f / (2.0f + f), z = s * s;
  float series = 0;
  for (float term : kSeries) series = z * (term + series);
  if (k == 0) return f - (half_square - s * (half_square + series));
  return exponent * kLn2High -
         ((half_square - (s * (half_square + series) + (exponent * kLn2Low + lost))) - f);
}

float mel(float hz, MicroTables made_by) {
  if (made_by == MicroTables::kLibraryInDouble)
    return static_cast<float>(1127.0 * exact_log(1.0 + double{hz} / 700.0));
  return 1127.0f * log1p_float(hz / 700.0f);
}

struct Share {
  int16_t weight, unweight;
};
Share share(float weight, MicroTables made_by) {
  const float unweight = 1.0f - weight, half = made_by == MicroTables::kSignalOps ? 0.0f : 0.5f;
  return {static_cast<int16_t>(std::floor(weight * kQ12 + half)),
          static_cast<int16_t>(std::floor(unweight * kQ12 + half))};
}

// The frequency of a bin. The library has the width of bins in float32.
float bin_hz(int bin, const MicroSettings &s, MicroTables made_by) {
  if (made_by == MicroTables::kSignalOps)
    return static_cast<float>(bin * (s.rate_hz / 2.0 / (s.fft_size / 2)));
  return static_cast<float>(bin) *
         (0.5f * static_cast<float>(s.rate_hz) / static_cast<float>(s.fft_size / 2));
}

// Of a noise x, which has input_bits bits behind the point.
int16_t gain_at(uint32_t x, int input_bits, const MicroSettings &s) {
  const float noise = static_cast<float>(x) / static_cast<float>(uint32_t{1} << input_bits);
  const float sum = noise + static_cast<float>(s.pcan_offset),
              strength = -static_cast<float>(s.pcan_strength);
  const auto power = static_cast<float>(exact_exp(strength * exact_log(sum)));
  const float gain = static_cast<float>(uint32_t{1} << s.gain_bits) * power;
  return gain > 32767.0f ? int16_t{32767} : static_cast<int16_t>(gain + 0.5f);
}

}  // namespace

std::vector<int16_t> micro_window(int size, MicroTables made_by) {
  std::vector<int16_t> window;
  const float turn = static_cast<float>(kTurn / 2) * 2.0f / static_cast<float>(size);
  for (int i = 0; i < size; ++i) {
    if (made_by == MicroTables::kSignalOps) {
      window.push_back(static_cast<int16_t>(
          std::nearbyint((0.5 - 0.5 * cosine(kTurn / size * (i + 0.5))) * double{kQ12})));
      continue;
    }
    if (made_by == MicroTables::kLibraryInDouble) {
      const double value = 0.5 - 0.5 * cosine(kTurn / size * (i + 0.5));
      window.push_back(static_cast<int16_t>(std::floor(value * double{kQ12} + 0.5)));
      continue;
    }
    const float angle = turn * (static_cast<float>(i) + 0.5f);
    const float value = 0.5f - 0.5f * static_cast<float>(cosine(double{angle}));
    window.push_back(static_cast<int16_t>(std::floor(value * kQ12 + 0.5f)));
  }
  return window;
}

int micro_first_bin(const MicroSettings &s, MicroTables made_by) {
  if (made_by == MicroTables::kSignalOps)
    return static_cast<int>(std::nearbyint(1 + s.low_hz / (s.rate_hz / 2.0 / (s.fft_size / 2))));
  return static_cast<int>(1.5f + static_cast<float>(s.low_hz) / bin_hz(1, s, made_by));
}

MicroBank micro_bank(const MicroSettings &s, MicroTables made_by) {
  const float low = mel(static_cast<float>(s.low_hz), made_by),
              high = mel(static_cast<float>(s.high_hz), made_by);
  const float spacing = (high - low) / static_cast<float>(s.channels + 1);
  MicroBank bank{micro_first_bin(s, made_by), {}, {}, {}};
  int bin = bank.first_bin;
  float before = low;
  for (int band = 0; band <= s.channels; ++band) {
    const float center = low + spacing * static_cast<float>(band + 1);
    const int begin = bin;
    for (float at; (at = mel(bin_hz(bin, s, made_by), made_by)) <= center; ++bin) {
      const auto [weight, unweight] = share((center - at) / (center - before), made_by);
      bank.weights.push_back(weight);
      bank.unweights.push_back(unweight);
    }
    bank.widths.push_back(static_cast<int16_t>(bin - begin));
    before = center;
  }
  return bank;
}

std::vector<int16_t> micro_quarter_wave(int fft_size) {
  std::vector<int16_t> quarter;
  for (int k = 0; k <= fft_size / 4; ++k)
    quarter.push_back(static_cast<int16_t>(std::floor(0.5 + 32767 * cosine(kTurn * k / fft_size))));
  return quarter;
}

std::vector<int16_t> micro_gains(const MicroSettings &s) {
  constexpr int kBits = 32;
  const int input_bits = s.smoothing_bits - s.correction_bits();
  std::vector<int16_t> gains(4 * kBits - 3);
  gains[0] = gain_at(0, input_bits, s);
  gains[1] = gain_at(1, input_bits, s);
  for (int bits = 2; bits <= kBits; ++bits) {
    const uint32_t begin = uint32_t{1} << (bits - 1);
    const int start = gain_at(begin, input_bits, s);
    const int half = gain_at(begin + begin / 2, input_bits, s) - start;
    const int whole = gain_at(begin + (bits == kBits ? begin - 1 : begin), input_bits, s) - start;
    int16_t *const piece = &gains[4 * bits - 6];
    piece[0] = static_cast<int16_t>(start);
    piece[1] = static_cast<int16_t>(4 * half - whole);
    piece[2] = static_cast<int16_t>(2 * whole - 4 * half);
  }
  return gains;
}

std::vector<uint16_t> micro_logarithms() {
  std::vector<uint16_t> table;
  for (int k = 0; k <= 128; ++k) {
    const double part = k / 128.0, log2 = exact_log(1 + part) / exact_log(2);
    table.push_back(static_cast<uint16_t>(std::floor((log2 - part) * 65536 + 0.5)));
  }
  return table;
}

}  // namespace mote::features
