// What the settings of Edge Impulse's spectral block come to for windows of a shape.
#pragma once

#include "features/edge_impulse_support.h"

namespace mote::edge_impulse {

enum class SpectralKind { kPeaks, kSpectrum, kWavelet };  // version 1; 2 to 4; 3 and 4 with wavelets

SpectralKind spectral_kind(const PreprocessingStep &step);

// Bins of the spectrum that are features: first to end - 1.
struct Bins {
  int32_t first, end;
};

struct SpectralPlan {
  int32_t thirds = 0, tenths = 0;  // decimations
  int32_t rows = 0, low_rows = 0;  // behind them, and of what is decimated by ten once more
  double rate = 0;                 // behind them
  Bins bins = {0, 0}, low_bins = {0, 0};
  bool has_low = false;
  int32_t features = 0;  // of all axes
};

// Errors: kInvalidArgument.
SpectralPlan spectral_plan(const PreprocessingStep &step, const Shape &in);

// The filter's sections; empty: there is none. Errors: kInvalidArgument for one that is not stable.
std::vector<float> spectral_filter(const PreprocessingStep &step);

// The edges in Hz of version 1.
std::vector<double> band_edges(const PreprocessingStep &step);

}  // namespace mote::edge_impulse
