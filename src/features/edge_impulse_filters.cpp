// Recursive filters of the spectral blocks, as float.
#include <cmath>

#include "base/math.h"
#include "features/edge_impulse_support.h"
#include "features/filter_design.h"

namespace mote::edge_impulse {

static std::vector<float> as_floats(const std::vector<features::FilterSection> &sections) {
  std::vector<float> made;
  for (const features::FilterSection &s : sections)
    for (const double value : {s.b0, s.b1, s.b2, s.a1, s.a2}) made.push_back(static_cast<float>(value));
  return made;
}

std::vector<float> butterworth(bool is_high, int order, double cutoff) {
  return as_floats(
      features::filter_sections(features::butterworth_prototype(order),
                                is_high ? features::FilterBand::kHigh : features::FilterBand::kLow, cutoff));
}

std::vector<float> chebyshev_for(int ratio) {
  constexpr int kOrder = 8;
  constexpr double kRippleDb = 0.05;
  const double ripple = exact_exp(kRippleDb / 10 * exact_log(10)) - 1, inverse = 1 / __builtin_sqrt(ripple);
  const double grown = exact_exp(exact_log(inverse + __builtin_sqrt(inverse * inverse + 1)) / kOrder);
  const double sinh = (grown - 1 / grown) / 2, cosh = (grown + 1 / grown) / 2;
  features::FilterPrototype analog{{}, 1 / __builtin_sqrt(1 + ripple)};
  for (int k = 1; k < kOrder; k += 2) {
    double sine, cosine;
    exact_sincos(M_PI * k / (2 * kOrder), &sine, &cosine);
    const features::ComplexNumber pole = {-sinh * cosine, cosh * sine};
    analog.poles.push_back(pole);
    analog.gain *= pole.re * pole.re + pole.im * pole.im;
  }
  return as_floats(features::filter_sections(analog, features::FilterBand::kLow, 0.8 / ratio));
}

}  // namespace mote::edge_impulse
