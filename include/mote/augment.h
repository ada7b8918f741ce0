// Augmentation while training: of signals, sounds and pictures. Each example of each epoch has its own random
// stream, so the result depends on (seed, epoch, example) alone. Validation and test data are never touched.
//
// Shapes: a window [window, channels], row-major, in and out; a picture [height, width, channels].
// Units: noise in standard deviations of its channel, angles in degrees, shifts as a share of the window;
// of pictures, values as a share of the range that the training pictures have.
// Errors: train() refuses what is of another kind of data, with what to use instead (kInvalidArgument).
// Ownership/Threads: options are a plain value; a training copies each window before it changes it.
//
// Example:
//   mote::TrainOptions options;
//   options.augment = {.noise = 0.1f, .scale = 0.1f, .rotate_deg = 15};
#pragma once

#include <string>

namespace mote {

// Of sounds, beside noise, scale and time_warp, which are of any signal. Decibels are of powers.
struct SoundAugment {
  std::string background = {};             // a folder of sounds, of which a random stretch is added
  float snr_low_db = 5, snr_high_db = 20;  // power of the window over that of the stretch, drawn evenly
  float background_share = 0.8f;           // of examples that get one
  float gain_db = 0;                       // louder or softer by up to this
  float shift = 0;                         // in time, as a share of the window; silence fills
  float pitch_semitones = 0;               // up or down by up to this, at the same speed
  float stretch = 0;                       // largest change of speed at the same pitch, as a share
  // Of features [frames, values]: a stretch of frames, or of values of all frames, is replaced by 0, their
  // mean after normalization. Source: SpecAugment, Park et al. 2019.
  float time_mask = 0, frequency_mask = 0;  // largest width, as a share of them
  int masks = 2;                            // of each kind
  bool changes_windows() const {
    return !background.empty() || gain_db > 0 || shift > 0 || pitch_semitones > 0 || stretch > 0;
  }
  bool has_masks() const { return masks > 0 && (time_mask > 0 || frequency_mask > 0); }
};

struct ImageAugment {
  float flip_horizontal = 0, flip_vertical = 0;  // probabilities: left and right, top and bottom swapped
  float rotate_deg = 0;                          // largest turn to either side; edges are continued
  float shift = 0;                               // largest, as a share of height and width
  float zoom = 0;                                // magnified by 1 - zoom .. 1 + zoom about the middle
  float crop = 0;        // largest share of height and width that is cut away at a random place
  float brightness = 0;  // added to all values, up to this share of the range to either side
  float contrast = 0;    // distances from the picture's mean times 1 - contrast .. 1 + contrast
  float noise = 0;       // deviation of added noise
  float cutout = 0;      // side of a square that is replaced by the pictures' mean, as a share
  bool is_on() const {
    return flip_horizontal > 0 || flip_vertical > 0 || rotate_deg > 0 || shift > 0 || zoom > 0 || crop > 0 ||
           brightness > 0 || contrast > 0 || noise > 0 || cutout > 0;
  }
};

struct AugmentOptions {
  float noise = 0;            // deviation of added noise, in deviations of the channel
  float scale = 0;            // gain drawn from 1 - scale .. 1 + scale, one per example
  float shift = 0;            // largest time shift, as a share of the window; the edge value fills
  float rotate_deg = 0;       // largest rotation of every sensor triad (x, y, z) about a random axis
  float time_warp = 0;        // largest local change of speed, as a share
  float channel_dropout = 0;  // probability that a channel is replaced by its mean
  // A sensor worn the other way round, of all triads alike. Probabilities:
  float axis_flips = 0;      // of each axis, that its sign is turned
  float axis_turns = 0;      // of a turn by 90 or 180 degrees about x, y or z
  float magnitude_warp = 0;  // deviation, at five places of the window, of each channel's smooth gain about 1
  int permutation = 0;       // most pieces that a window is cut into and put together from in another order
  // Of any data: an example and its target mixed with another's, l : 1 - l, with l from Beta(mixup, mixup).
  // Source: Zhang et al. 2018. 0: off.
  float mixup = 0;
  SoundAugment sound = {};
  ImageAugment image = {};
  bool changes_signals() const {
    return noise > 0 || scale > 0 || shift > 0 || rotate_deg > 0 || time_warp > 0 || channel_dropout > 0 ||
           axis_flips > 0 || axis_turns > 0 || magnitude_warp > 0 || permutation > 1;
  }
  bool changes_windows() const { return changes_signals() || sound.changes_windows() || image.is_on(); }
  bool is_on() const { return changes_windows() || sound.has_masks() || mixup > 0; }
};

}  // namespace mote
