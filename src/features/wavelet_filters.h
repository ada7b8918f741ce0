// Filters of discrete wavelet transforms, by the names of PyWavelets.
#pragma once

#include <string>
#include <vector>

namespace mote::features {

// Of the decomposition.
struct WaveletFilters {
  std::vector<double> low, high;
};
const std::vector<std::string> &wavelet_names();
WaveletFilters wavelet_filters(const std::string &name);  // one of the names

}  // namespace mote::features
