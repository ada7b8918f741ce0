// Settings of augmentation: of signals along time, of sounds, of pictures. What each does: mote/augment.h.
#include "project/entries.h"

namespace mote {

std::vector<Setting> augment_settings() {
  return {
      number(
          "augment.noise", [](auto &p) -> auto & { return p.train.augment.noise; }, 0, 10,
          "of training windows, no pictures: added noise, in deviations of the channel"),
      number(
          "augment.scale", [](auto &p) -> auto & { return p.train.augment.scale; }, 0, 1,
          "gain drawn from 1 - scale .. 1 + scale"),
      number(
          "augment.shift", [](auto &p) -> auto & { return p.train.augment.shift; }, 0, 1,
          "largest shift in time, as a share of the window"),
      number(
          "augment.rotate_deg", [](auto &p) -> auto & { return p.train.augment.rotate_deg; }, 0, 180,
          "largest rotation of every sensor's x, y, z")
          .in("degrees"),
      number(
          "augment.time_warp", [](auto &p) -> auto & { return p.train.augment.time_warp; }, 0, 0.9,
          "largest local change of speed, as a share"),
      number(
          "augment.channel_dropout", [](auto &p) -> auto & { return p.train.augment.channel_dropout; }, 0,
          0.9, "probability that a channel is replaced by its mean"),
      number(
          "augment.axis_flips", [](auto &p) -> auto & { return p.train.augment.axis_flips; }, 0, 1,
          "probability, of each of x, y, z, that its sign is turned: a sensor worn the other way round"),
      number(
          "augment.axis_turns", [](auto &p) -> auto & { return p.train.augment.axis_turns; }, 0, 1,
          "probability of a turn by 90 or 180 degrees about x, y or z"),
      number(
          "augment.magnitude_warp", [](auto &p) -> auto & { return p.train.augment.magnitude_warp; }, 0, 2,
          "deviation of a smooth gain along time, each channel's own"),
      integer(
          "augment.permutation", [](auto &p) -> auto & { return p.train.augment.permutation; }, 0, 1000,
          "most pieces that a window is cut into and put together from in another order; 0: whole"),
      number(
          "augment.mixup", [](auto &p) -> auto & { return p.train.augment.mixup; }, 0, 10,
          "of any data: an example mixed with another, by a share from Beta(mixup, mixup)"),
      text(
          "augment.sound.background", [](auto &p) -> auto & { return p.background_given; },
          "a folder of sounds of which stretches are added, within the project")
          .or_else("none"),
      number(
          "augment.sound.snr_low_db", [](auto &p) -> auto & { return p.train.augment.sound.snr_low_db; }, -40,
          100, "the loudest background: power of the window over its own")
          .in("dB"),
      number(
          "augment.sound.snr_high_db", [](auto &p) -> auto & { return p.train.augment.sound.snr_high_db; },
          -40, 100, "the softest")
          .in("dB"),
      number(
          "augment.sound.background_share",
          [](auto &p) -> auto & { return p.train.augment.sound.background_share; }, 0, 1,
          "of examples that get one"),
      number(
          "augment.sound.gain_db", [](auto &p) -> auto & { return p.train.augment.sound.gain_db; }, 0, 40,
          "louder or softer by up to this")
          .in("dB"),
      number(
          "augment.sound.shift", [](auto &p) -> auto & { return p.train.augment.sound.shift; }, 0, 1,
          "largest shift in time, as a share of the window; silence fills"),
      number(
          "augment.sound.pitch_semitones",
          [](auto &p) -> auto & { return p.train.augment.sound.pitch_semitones; }, 0, 12,
          "higher or lower by up to this, at the same speed")
          .in("semitones"),
      number(
          "augment.sound.stretch", [](auto &p) -> auto & { return p.train.augment.sound.stretch; }, 0, 0.5,
          "largest change of speed at the same pitch, as a share"),
      number(
          "augment.sound.time_mask", [](auto &p) -> auto & { return p.train.augment.sound.time_mask; }, 0, 1,
          "widest stretch of frames of features that is left out (SpecAugment), as a share"),
      number(
          "augment.sound.frequency_mask",
          [](auto &p) -> auto & { return p.train.augment.sound.frequency_mask; }, 0, 1,
          "widest stretch of values of all frames that is left out, as a share"),
      integer(
          "augment.sound.masks", [](auto &p) -> auto & { return p.train.augment.sound.masks; }, 1, 100,
          "of each kind"),
      number(
          "augment.image.flip_horizontal",
          [](auto &p) -> auto & { return p.train.augment.image.flip_horizontal; }, 0, 1,
          "of pictures: probability that left and right are swapped"),
      number(
          "augment.image.flip_vertical",
          [](auto &p) -> auto & { return p.train.augment.image.flip_vertical; }, 0, 1,
          "probability that top and bottom are swapped"),
      number(
          "augment.image.rotate_deg", [](auto &p) -> auto & { return p.train.augment.image.rotate_deg; }, 0,
          180, "largest turn to either side")
          .in("degrees"),
      number(
          "augment.image.shift", [](auto &p) -> auto & { return p.train.augment.image.shift; }, 0, 1,
          "largest shift, as a share of height and width"),
      number(
          "augment.image.zoom", [](auto &p) -> auto & { return p.train.augment.image.zoom; }, 0, 0.9,
          "magnified by 1 - zoom .. 1 + zoom about the middle"),
      number(
          "augment.image.crop", [](auto &p) -> auto & { return p.train.augment.image.crop; }, 0, 0.9,
          "largest share of height and width that is cut away at a random place"),
      number(
          "augment.image.brightness", [](auto &p) -> auto & { return p.train.augment.image.brightness; }, 0,
          1, "added to all values, up to this share of their range"),
      number(
          "augment.image.contrast", [](auto &p) -> auto & { return p.train.augment.image.contrast; }, 0, 1,
          "distances from the picture's mean times 1 - contrast .. 1 + contrast"),
      number(
          "augment.image.noise", [](auto &p) -> auto & { return p.train.augment.image.noise; }, 0, 1,
          "deviation of added noise, as a share of the range"),
      number(
          "augment.image.cutout", [](auto &p) -> auto & { return p.train.augment.image.cutout; }, 0, 0.9,
          "largest side of a square that becomes the pictures' mean, as a share"),
  };
}

}  // namespace mote
