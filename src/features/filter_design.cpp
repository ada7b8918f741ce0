// Poles and zeros through the transforms, in double precision with operations that give the same bits
// everywhere.
//
// Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 7.1; for bands, Constantinides 1970.
#include "features/filter_design.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace mote::features {

namespace {

constexpr double kTwiceRate = 4;  // of the bilinear transform, for a rate of 2

double squared_size(const ComplexNumber &z) { return z.re * z.re + z.im * z.im; }
ComplexNumber product(const ComplexNumber &a, const ComplexNumber &b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

// With a real part that is not negative.
ComplexNumber complex_root(const ComplexNumber &z) {
  const double size = __builtin_sqrt(squared_size(z));
  const double larger = __builtin_sqrt((size + std::fabs(z.re)) / 2);
  if (larger == 0) return {};
  const double smaller = z.im / (2 * larger);
  return z.re >= 0 ? ComplexNumber{larger, smaller}
                   : ComplexNumber{std::fabs(smaller), z.im < 0 ? -larger : larger};
}

// The frequency of the analog filter that becomes this one.
double warped(double edge) {
  double sine, cosine;
  exact_sincos(M_PI * edge / 2, &sine, &cosine);
  return kTwiceRate * sine / cosine;
}

// Poles of the analog filter of the wanted band, one of each pair. s = (scaled +- root(scaled^2 - center^2)).
void add_band_poles(const ComplexNumber &scaled, double center, std::vector<ComplexNumber> &poles) {
  const ComplexNumber square = product(scaled, scaled);
  const ComplexNumber root = complex_root({square.re - center * center, square.im});
  for (const double sign : {1.0, -1.0})
    poles.push_back({scaled.re + sign * root.re, std::fabs(scaled.im + sign * root.im)});
}

ComplexNumber inverse(const ComplexNumber &z) {
  const double size = squared_size(z);
  return {z.re / size, -z.im / size};
}

struct BandPlan {
  std::vector<ComplexNumber> poles;  // analog
  double gain;                       // of the digital filter, but for its denominator
  double zero_cosine = 1;            // band stop: of the angle of its zeros
};

BandPlan planned(const FilterPrototype &analog, FilterBand band, double low, double high) {
  const bool is_band = band == FilterBand::kBandPass || band == FilterBand::kBandStop;
  const bool is_inverse = band == FilterBand::kHigh || band == FilterBand::kBandStop;
  const double first = warped(low), last = is_band ? warped(high) : 0;
  const double width = is_band ? last - first : first, center = is_band ? __builtin_sqrt(first * last) : 0;
  BandPlan plan{{}, analog.gain};
  for (const ComplexNumber &pole : analog.poles) {
    const ComplexNumber p = is_inverse ? inverse(pole) : pole;
    if (is_band)
      add_band_poles({p.re * width / 2, p.im * width / 2}, center, plan.poles);
    else
      plan.poles.push_back({p.re * width, std::fabs(p.im) * width});
    if (is_inverse) plan.gain /= squared_size(pole);
    const double center_size = kTwiceRate * kTwiceRate + center * center;
    switch (band) {
      case FilterBand::kLow:
        plan.gain *= width * width;
        break;
      case FilterBand::kHigh:
        plan.gain *= kTwiceRate * kTwiceRate;
        break;
      case FilterBand::kBandPass:
        plan.gain *= width * width * kTwiceRate * kTwiceRate;
        break;
      case FilterBand::kBandStop:
        plan.gain *= center_size * center_size;
        plan.zero_cosine = (kTwiceRate * kTwiceRate - center * center) / center_size;
        break;
    }
  }
  return plan;
}

// b1 of a section with b0 = b2 = 1. A band pass has as many zeros at 1 as at -1.
double middle_zero(const BandPlan &plan, FilterBand band, const FilterSection &section, size_t &at_one,
                   size_t &at_minus_one) {
  if (band == FilterBand::kLow) return 2;
  if (band == FilterBand::kHigh) return -2;
  if (band == FilterBand::kBandStop) return -2 * plan.zero_cosine;
  const bool is_near_one = section.a1 < 0;
  const bool takes_one = is_near_one ? at_one > 0 : at_minus_one == 0;
  --(takes_one ? at_one : at_minus_one);
  return takes_one ? -2 : 2;
}

}  // namespace

FilterPrototype butterworth_prototype(int order) {
  FilterPrototype analog;
  for (int k = 1; k < order; k += 2) {
    double sine, cosine;
    exact_sincos(M_PI * k / (2 * order), &sine, &cosine);
    analog.poles.push_back({-cosine, sine});
  }
  return analog;
}

std::vector<FilterSection> filter_sections(const FilterPrototype &analog, FilterBand band, double low,
                                           double high) {
  BandPlan plan = planned(analog, band, low, high);
  std::vector<FilterSection> sections;
  for (const ComplexNumber &pole : plan.poles) {
    const double square = squared_size(pole), away = kTwiceRate - pole.re, near = kTwiceRate + pole.re,
                 scale = away * away + pole.im * pole.im;
    sections.push_back({1, 0, 1, -2 * (kTwiceRate * kTwiceRate - square) / scale,
                        (near * near + pole.im * pole.im) / scale});
    plan.gain /= scale;
  }
  std::sort(sections.begin(), sections.end(),
            [](const FilterSection &a, const FilterSection &b) { return a.a2 < b.a2; });
  size_t at_one = sections.size() / 2, at_minus_one = sections.size() / 2;
  for (auto section = sections.rbegin(); section != sections.rend(); ++section)
    section->b1 = middle_zero(plan, band, *section, at_one, at_minus_one);
  for (double FilterSection::*b : {&FilterSection::b0, &FilterSection::b1, &FilterSection::b2})
    sections.front().*b *= plan.gain;
  return sections;
}

}  // namespace mote::features
