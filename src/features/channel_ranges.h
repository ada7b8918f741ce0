// What the values of each channel are like, as a model remembers it of its training windows and as those of
// other recordings are compared with it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "mote/preprocessing.h"

namespace mote {

// values: parts of [rows, channels] each, as if they were one. Values that are not finite do not count; a
// channel without any other has zeros. Numerics: sums in double, in order. The deviation is that of all
// values, not an estimate.
std::vector<ChannelRange> channel_ranges(const std::vector<std::span<const float>> &parts, size_t channels);

// Of the values of both, so many rows of each. Those that are not finite must not have been many.
ChannelRange joined(const ChannelRange &a, size_t rows_of_a, const ChannelRange &b, size_t rows_of_b);

// Root of the mean square: what a change of unit multiplies, whatever the channel shows.
double root_mean_square(const ChannelRange &channel);
// The largest distance from zero.
double magnitude(const ChannelRange &channel);

}  // namespace mote
