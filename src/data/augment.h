// Augments one window as mote/augment.h says.
#pragma once

#include <vector>

#include "base/random.h"
#include "mote/augment.h"

namespace mote {

struct ChannelStatistics {
  std::vector<float> mean, deviation;  // per channel
};
ChannelStatistics channel_statistics(const float *values, size_t rows, int channels);

// Of the random numbers of an example in an epoch: {stream, epoch, example}.
inline constexpr uint64_t kAugmentStream = 0x4155474D;  // "AUGM"

// x and out [window, channels], sensor units; they may not overlap.
void augment(const AugmentOptions &options, const ChannelStatistics &statistics, const float *x, int window,
             int channels, Random random, float *out);

}  // namespace mote
