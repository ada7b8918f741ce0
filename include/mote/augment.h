// Augmentation of motion data while training. Each example of each epoch has its own random stream, so the
// result depends on (seed, epoch, example) alone. Validation and test data are never touched.
//
// Shapes: a window [window, channels], row-major, in and out.
// Units: noise in standard deviations of its channel, angles in degrees, shifts as a share of the window.
// Ownership/Threads: options are a plain value; a training copies each window before it changes it.
//
// Example:
//   mote::TrainOptions options;
//   options.augment = {.noise = 0.1f, .scale = 0.1f, .rotate_deg = 15};
#pragma once

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

}  // namespace mote
