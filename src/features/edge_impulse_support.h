// What the blocks of Edge Impulse share: settings, their refusals, tables.
//
// Source of what they do: edgeimpulse/processing-blocks, version 4 and the older ones that projects still
// use.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "features/block_support.h"

namespace mote::edge_impulse {

using features::is_power_of_two, features::is_true, features::quarter_wave, features::rate_of,
    features::refuse, features::Tables, features::with_tables;

AttrSpec version_attr(int64_t fallback = 4);
AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc);

// Of numbers that are whole.
template <class Integer>
std::vector<Integer> whole(const std::vector<float> &table) {
  return std::vector<Integer>(table.begin(), table.end());
}

// Frames of a window of sound.
struct Frames {
  int32_t samples, frames, stride, length;  // length: of the part that is transformed
  int32_t whole;                            // samples of a frame
};

// AttrSpecs of every block for sound.
std::vector<AttrSpec> sound_attrs(double stride, int64_t fft_length);
// Errors: kInvalidArgument.
Frames frames_of(const PreprocessingStep &step, const Shape &in);

// `bins`: the first bin and the one behind the last of each filter; `weights` of them, filter by filter.
struct MelFilters {
  std::vector<float> bins, weights;
};
std::vector<AttrSpec> mel_attrs(int64_t filters);
// Errors: kInvalidArgument, for a filter without a bin too.
MelFilters mel_filters(const PreprocessingStep &step);

// Sections b0 b1 b2 a1 a2 in the order of scipy's output='sos', rounded to float. `cutoff`: in parts of half
// the rate. order: even.
std::vector<float> butterworth(bool is_high, int order, double cutoff);
// Type I, low, order 8, 0.05 dB, at 0.8 / ratio.
std::vector<float> chebyshev_for(int ratio);

}  // namespace mote::edge_impulse
