// Recursive filters of the spectral blocks, designed as scipy.signal.butter and cheby1 do: analog poles,
// moved to the cutoff, by the bilinear transform to the z plane, in pairs.
//
// Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 7.1. Sections follow each other by the
// distance of their poles from the unit circle, the farthest first; the first one has all the gain.
#include <algorithm>
#include <cmath>

#include "base/math.h"
#include "features/edge_impulse_support.h"

namespace mote::edge_impulse {

namespace {

// One of two conjugate poles.
struct Pole {
  double re, im;
};

// Of the analog filter with cutoff 1, whose gain at 0 times the product of all -poles is `gain`.
struct Prototype {
  std::vector<Pole> poles;
  double gain;
};

// `cutoff` in parts of half the rate.
std::vector<float> digital(const Prototype &analog, bool is_high, double cutoff) {
  constexpr double kTwiceRate = 4;  // of the bilinear transform, for a rate of 2
  double sine, cosine;
  exact_sincos(M_PI * cutoff / 2, &sine, &cosine);
  const double warped = kTwiceRate * sine / cosine;
  double gain = analog.gain;
  std::vector<std::pair<double, double>> sections;  // a2, the square of the radius, and a1
  for (const Pole &pole : analog.poles) {
    const double re = pole.re * warped, im = pole.im * warped;
    const double scale = (kTwiceRate - re) * (kTwiceRate - re) + im * im;
    sections.emplace_back(((kTwiceRate + re) * (kTwiceRate + re) + im * im) / scale,
                          -2 * (kTwiceRate * kTwiceRate - re * re - im * im) / scale);
    gain *= (is_high ? kTwiceRate * kTwiceRate : warped * warped) / scale;
  }
  std::sort(sections.begin(), sections.end());
  std::vector<float> made;
  for (const auto &[a2, a1] : sections) {
    const double b0 = made.empty() ? gain : 1;
    for (const double value : {b0, is_high ? -2 * b0 : 2 * b0, b0, a1, a2})
      made.push_back(static_cast<float>(value));
  }
  return made;
}

}  // namespace

std::vector<float> butterworth(bool is_high, int order, double cutoff) {
  // On the unit circle, so that 1 / pole, which a high pass has, is the other pole of the pair.
  Prototype analog{{}, 1};
  for (int k = 1; k < order; k += 2) {
    double sine, cosine;
    exact_sincos(M_PI * k / (2 * order), &sine, &cosine);
    analog.poles.push_back({-cosine, sine});
  }
  return digital(analog, is_high, cutoff);
}

std::vector<float> chebyshev_for(int ratio) {
  constexpr int kOrder = 8;
  constexpr double kRippleDb = 0.05;
  const double ripple = exact_exp(kRippleDb / 10 * exact_log(10)) - 1, inverse = 1 / __builtin_sqrt(ripple);
  const double grown = exact_exp(exact_log(inverse + __builtin_sqrt(inverse * inverse + 1)) / kOrder);
  const double sinh = (grown - 1 / grown) / 2, cosh = (grown + 1 / grown) / 2;
  Prototype analog{{}, 1 / __builtin_sqrt(1 + ripple)};
  for (int k = 1; k < kOrder; k += 2) {
    double sine, cosine;
    exact_sincos(M_PI * k / (2 * kOrder), &sine, &cosine);
    const Pole pole = {-sinh * cosine, cosh * sine};
    analog.poles.push_back(pole);
    analog.gain *= pole.re * pole.re + pole.im * pole.im;
  }
  return digital(analog, false, 0.8 / ratio);
}

}  // namespace mote::edge_impulse
