// What resample and decimate share: one routine, whose filter is that of scipy.signal.resample_poly.
#pragma once

#include "features/block_routine.h"
#include "mote_polyphase.h"

namespace mote::features {

// The rate becomes up / down of what it was; without common factors.
struct ResampleRatio {
  int32_t up = 1, down = 1;
};
using RatioOf = ResampleRatio (*)(const PreprocessingStep &);

AttrSpec resample_ends_attr();

// The middle of the low-pass at up times the rate and what is right of it: a Kaiser window (beta 5) of
// 20 max(up, down) + 1 taps, cut at the lower half rate, times up; its sum is up.
std::vector<float> resample_taps(const ResampleRatio &ratio);

FeatureDef resampling_feature(const std::string &name, const std::string &doc, std::vector<AttrSpec> attrs,
                              RatioOf ratio_of, TablesOf tables_of,
                              mote_polyphase_params (*numbers)(const PreprocessingStep &, const Shape &));
mote_polyphase_params resample_numbers(const PreprocessingStep &step, const Shape &in,
                                       const ResampleRatio &ratio);

}  // namespace mote::features
