// Features of sound in double precision, written from their formulas: dense matrices and the sum of the
// Fourier transform itself. And the sounds and runs that the tests of these blocks share.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "features/feature_def.h"
#include "test_support.h"

namespace mote::test {

using Row = std::vector<double>;
using Rows = std::vector<Row>;
inline constexpr double kTurn = 2 * 3.14159265358979323846;

struct Sound {
  std::string name;
  std::vector<float> samples;
};

// Units of int16, as recordings have them. Noise as of a microphone is in most of them: what is a millionth
// of a frame's loudest bin is not told apart in float32.
inline std::vector<Sound> sounds(int count) {
  const auto made = [&](const std::string &name, const std::function<double(int)> &value) {
    Sound sound{name, {}};
    for (int i = 0; i < count; ++i) sound.samples.push_back(static_cast<float>(std::round(value(i))));
    return sound;
  };
  Random random(7, {11});
  const auto hiss = [&] { return 60 * random.normal(); };
  return {made("noise", [&](int) { return std::clamp(8000 * random.normal(), -32768.0, 32767.0); }),
          made("chirp",
               [&](int i) { return 12000 * std::sin(kTurn * (0.01 * i + 0.2 * i * i / count)) + hiss(); }),
          made("square", [&](int i) { return (i / 20 % 2 ? 30000 : -30000) + hiss(); }),
          made("silence", [](int) { return 0; }),
          made("constant", [&](int) { return -300 + hiss(); }),
          made("click", [&](int i) { return i == count / 2 ? 30000 : 0; })};
}

inline PreprocessingStep fitted(const std::string &name, const Attrs &given, const Shape &in) {
  const FeatureDef &block = feature_by_name(name);
  PreprocessingStep step{name, complete_attrs(name, block.attrs, given), {}};
  block.fit.get()(step, in, nullptr, 0);
  return step;
}

inline Rows run_block(const std::string &name, const Attrs &given, const std::vector<float> &x) {
  const FeatureDef &block = feature_by_name(name);
  const Shape in{static_cast<int>(x.size()), 1};
  const PreprocessingStep step = fitted(name, given, in);
  EXPECT_TRUE(step_fits(step, in));
  const Shape out = block.shape(step, in);
  const std::vector<float> guard(8, 12345);  // behind what the routine may write
  std::vector<float> work(block.work_floats(step, in), 1e30f), y(out.elements(), 1e30f);
  const size_t worked = work.size(), written = y.size();
  work.insert(work.end(), guard.begin(), guard.end());
  y.insert(y.end(), guard.begin(), guard.end());
  block.apply.get()(step, in, x.data(), work.data(), y.data());
  EXPECT_TRUE(std::equal(guard.begin(), guard.end(), work.begin() + static_cast<std::ptrdiff_t>(worked)));
  EXPECT_TRUE(std::equal(guard.begin(), guard.end(), y.begin() + static_cast<std::ptrdiff_t>(written)));
  Rows rows;
  for (int r = 0; r < out[0]; ++r)
    rows.emplace_back(y.begin() + static_cast<std::ptrdiff_t>(r) * out[1],
                      y.begin() + static_cast<std::ptrdiff_t>(r + 1) * out[1]);
  return rows;
}

// a - (1 - a) cos(2 pi i / period)
inline Row raised_cosine(double a, int count, int period) {
  Row w;
  for (int i = 0; i < count; ++i) w.push_back(a - (1 - a) * std::cos(kTurn * i / period));
  return w;
}

struct Framing {
  int frames, start, hop, fft;
  Row window;
  std::function<double(int)> sample;
};

// |X[t][k]|^2
inline Rows power_spectra(const Framing &f) {
  Row cosine, sine;
  for (int i = 0; i < f.fft; ++i) {
    cosine.push_back(std::cos(kTurn * i / f.fft));
    sine.push_back(std::sin(kTurn * i / f.fft));
  }
  Rows spectra;
  for (int t = 0; t < f.frames; ++t) {
    Row power;
    for (int k = 0; k <= f.fft / 2; ++k) {
      double re = 0, im = 0;
      for (int i = 0; i < std::ssize(f.window); ++i) {
        const double v = f.window[i] * f.sample(f.start + t * f.hop + i);
        if (v == 0) continue;
        const auto turn = static_cast<int>(static_cast<int64_t>(i) * k % f.fft);
        re += v * cosine[turn];
        im -= v * sine[turn];
      }
      power.push_back(re * re + im * im);
    }
    spectra.push_back(power);
  }
  return spectra;
}

inline double ln(double v) { return std::log(v + 1e-6); }

inline Rows each(Rows rows, const std::function<double(double)> &change) {
  for (Row &row : rows)
    for (double &v : row) v = change(v);
  return rows;
}

// rows [T, N] times matrix [N, M]
inline Rows times(const Rows &rows, const Rows &matrix) {
  Rows product;
  for (const Row &row : rows) {
    Row sums(matrix[0].size());
    for (size_t n = 0; n < row.size(); ++n)
      for (size_t m = 0; m < sums.size(); ++m) sums[m] += row[n] * matrix[n][m];
    product.push_back(sums);
  }
  return product;
}

// tf.signal.linear_to_mel_weight_matrix: [bins, filters]
inline Rows tf_mel_matrix(int filters, int fft, double rate, double low, double high) {
  const auto mel = [](double hz) { return 1127 * std::log(1 + hz / 700); };
  Rows matrix(fft / 2 + 1, Row(filters));
  for (int f = 0; f < filters; ++f) {
    const double width = (mel(high) - mel(low)) / (filters + 1), left = mel(low) + width * f;
    for (int k = 1; k <= fft / 2; ++k) {
      const double at = (mel(k * rate / fft) - left) / width;
      matrix[k][f] = std::max(0.0, std::min(at, 2 - at));
    }
  }
  return matrix;
}

// librosa.filters.mel, transposed
inline Rows librosa_mel_matrix(int filters, int fft, double rate, double low, double high, bool htk,
                               bool has_area) {
  const double step = std::log(6.4) / 27;
  const auto mel = [&](double hz) {
    if (htk) return 2595 * std::log10(1 + hz / 700);
    return hz < 1000 ? 3 * hz / 200 : 15 + std::log(hz / 1000) / step;
  };
  const auto hertz = [&](double m) {
    if (htk) return 700 * (std::pow(10, m / 2595) - 1);
    return m < 15 ? 200 * m / 3 : 1000 * std::exp(step * (m - 15));
  };
  Row corners;
  for (int k = 0; k < filters + 2; ++k)
    corners.push_back(hertz(mel(low) + (mel(high) - mel(low)) * k / (filters + 1)));
  Rows matrix(fft / 2 + 1, Row(filters));
  for (int f = 0; f < filters; ++f)
    for (int k = 0; k <= fft / 2; ++k) {
      const double hz = k * rate / fft, up = (hz - corners[f]) / (corners[f + 1] - corners[f]),
                   down = (corners[f + 2] - hz) / (corners[f + 2] - corners[f + 1]);
      matrix[k][f] = std::max(0.0, std::min(up, down)) * (has_area ? 2 / (corners[f + 2] - corners[f]) : 1);
    }
  return matrix;
}

// [filters, coefficients]; first: the height of row 0, all others sqrt(2 / filters)
inline Rows cosine_matrix(int filters, int coefficients, double first) {
  Rows matrix(filters, Row(coefficients));
  for (int i = 0; i < filters; ++i)
    for (int k = 0; k < coefficients; ++k)
      matrix[i][k] =
          (k == 0 ? first : std::sqrt(2.0 / filters)) * std::cos(kTurn / 2 * k * (i + 0.5) / filters);
  return matrix;
}

// Within 1e-4 of the value, or of `unit` where values are smaller than that.
inline void expect_close(const Rows &got, const Rows &want, const std::string &what, double unit = 1) {
  ASSERT_EQ(got.size(), want.size()) << what;
  double worst = 0;
  for (size_t t = 0; t < got.size(); ++t) {
    ASSERT_EQ(got[t].size(), want[t].size()) << what;
    for (size_t k = 0; k < got[t].size(); ++k) {
      const double error = std::fabs(got[t][k] - want[t][k]) / std::max(std::fabs(want[t][k]), unit);
      if (!(error <= worst)) worst = error;
      ASSERT_LE(error, 1e-4) << what << " frame " << t << " value " << k << ": " << got[t][k] << ", not "
                             << want[t][k];
    }
  }
}

}  // namespace mote::test
