// Augmentation of motion data. Each example of each epoch has its own random stream, so the result depends on
// (seed, epoch, example) alone. Validation and test data are never touched.
#pragma once

#include <vector>

#include "base/random.h"

namespace mote {

struct AugmentOptions {
  float noise = 0;            // deviation of added noise, in deviations of the channel
  float scale = 0;            // gain drawn from 1 - scale .. 1 + scale, one per example
  float shift = 0;            // largest time shift, as a share of the window; the edge value fills
  float rotate_deg = 0;       // largest rotation of every sensor triad (x, y, z) about a random axis
  float time_warp = 0;        // largest local change of speed, as a share
  float channel_dropout = 0;  // probability that a channel is replaced by its mean
  bool is_on() const {
    return noise > 0 || scale > 0 || shift > 0 || rotate_deg > 0 || time_warp > 0 || channel_dropout > 0;
  }
};

struct ChannelStatistics {
  std::vector<float> mean, deviation;  // per channel
};
ChannelStatistics channel_statistics(const float *values, size_t rows, int channels);

// x and out [window, channels], sensor units; they may not overlap.
void augment(const AugmentOptions &options, const ChannelStatistics &statistics, const float *x, int window,
             int channels, Random random, float *out);

}  // namespace mote
