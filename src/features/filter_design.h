// Recursive filters by the bilinear transform: an analog prototype with cutoff 1, moved to the wanted band,
// to sections of second order, as scipy.signal.butter and cheby1 give them with output='sos'.
#pragma once

#include <vector>

namespace mote::features {

struct ComplexNumber {
  double re = 0, im = 0;
};

// Poles in conjugate pairs, of which those with positive imaginary part; no zeros. `gain` is the transfer
// function's value at 0 times the product of all -poles.
struct FilterPrototype {
  std::vector<ComplexNumber> poles;
  double gain = 1;
};
FilterPrototype butterworth_prototype(int order);  // even

enum class FilterBand { kLow, kHigh, kBandPass, kBandStop };

// y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''
struct FilterSection {
  double b0, b1, b2, a1, a2;
};
// `low`, `high`: edges in parts of half the rate, where the gain is that of the prototype at 1; a low or high
// pass has `low` alone. Sections in the order of scipy: poles nearest to the unit circle last, each with the
// zeros nearest to it, the gain in the first one.
std::vector<FilterSection> filter_sections(const FilterPrototype &analog, FilterBand band, double low,
                                           double high = 0);

}  // namespace mote::features
