// What the values of each channel are like, as a model remembers it of its training windows and as those of
// other recordings are compared with it.
#pragma once

#include <cstddef>
#include <vector>

#include "mote/preprocessing.h"

namespace mote {

// values: [rows, channels]. Values that are not finite do not count; a channel without any other has zeros.
// Numerics: sums in double, in order. The deviation is that of all values, not an estimate.
std::vector<ChannelRange> channel_ranges(const float *values, size_t rows, size_t channels);

// Root of the mean square: what a change of unit multiplies, whatever the channel shows.
double root_mean_square(const ChannelRange &channel);
// The largest distance from zero.
double magnitude(const ChannelRange &channel);

}  // namespace mote
