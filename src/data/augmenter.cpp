// Which augmentation is for which kind of data: signals of sensors, sounds, pictures. One of another kind is
// refused with what to use instead; the transforms are in augment.cpp, augment_sound.cpp, augment_image.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "data/augment.h"
#include "data/sound.h"

namespace mote {

namespace {

struct Given {
  const char *name;
  bool is_on;
  const char *instead = "";  // of pictures
};

bool are_heard(const Dataset &examples) {
  const auto &names = examples.channel_names;
  return !examples.image.is_set() && !names.empty() && examples.rate_hz > 0 &&
         std::all_of(names.begin(), names.end(), is_sound_channel);
}

std::vector<Given> of_signals(const AugmentOptions &o) {
  return {{"noise", o.noise > 0, "image.noise"},
          {"scale", o.scale > 0, "image.contrast or augment.image.brightness"},
          {"shift", o.shift > 0, "image.shift"},
          {"rotate_deg", o.rotate_deg > 0, "image.rotate_deg"},
          {"time_warp", o.time_warp > 0, "image.zoom or augment.image.crop"},
          {"channel_dropout", o.channel_dropout > 0, "image.cutout"},
          {"axis_flips", o.axis_flips > 0, "image.flip_horizontal or augment.image.flip_vertical"},
          {"axis_turns", o.axis_turns > 0, "image.rotate_deg"},
          {"magnitude_warp", o.magnitude_warp > 0, "image.contrast or augment.image.brightness"},
          {"permutation", o.permutation > 1, "image.cutout"}};
}

std::vector<Given> of_sounds(const SoundAugment &o) {
  return {{"sound.background", !o.background.empty(), "image.noise"},
          {"sound.gain_db", o.gain_db > 0, "image.contrast or augment.image.brightness"},
          {"sound.shift", o.shift > 0, "image.shift"},
          {"sound.pitch_semitones", o.pitch_semitones > 0, "image.zoom"},
          {"sound.stretch", o.stretch > 0, "image.zoom"},
          {"sound.time_mask", o.has_masks() && o.time_mask > 0, "image.cutout"},
          {"sound.frequency_mask", o.has_masks() && o.frequency_mask > 0, "image.cutout"}};
}

Error augment_refusal(const std::string &name, const std::string &message, const std::string &hint) {
  return Error(ErrorCode::kInvalidArgument, "augment." + name, message, hint);
}

}  // namespace

void check_augment(const AugmentOptions &o, const Dataset &examples) {
  const bool is_sound = are_heard(examples);
  if (examples.image.is_set()) {
    for (const std::vector<Given> &list : {of_signals(o), of_sounds(o.sound)})
      for (const Given &given : list)
        if (given.is_on)
          throw augment_refusal(given.name, "is of signals along time, and these are pictures",
                                fmt::format("use augment.{}", given.instead));
    return;
  }
  if (o.image.is_on())
    throw augment_refusal(
        "image", "is of pictures, and these are none",
        is_sound ? "sounds have augment.sound" : "signals have augment.noise, scale, shift and others");
  for (const Given &given : of_sounds(o.sound))
    if (given.is_on && !is_sound)
      throw augment_refusal(given.name, "is of sounds of a known rate, and these are none",
                            "signals of sensors have augment.noise, scale, shift and others");
  if ((o.axis_flips > 0 || o.axis_turns > 0) && examples.channels < 3)
    throw augment_refusal(o.axis_flips > 0 ? "axis_flips" : "axis_turns",
                          fmt::format("needs the three axes of a sensor, and there {} {}",
                                      examples.channels == 1 ? "is" : "are", examples.channels),
                          "leave it out");
  constexpr double kHighestRate = 192000;  // of SoundTouch
  constexpr int kMostChannels = 16;
  if ((o.sound.pitch_semitones > 0 || o.sound.stretch > 0) &&
      (examples.rate_hz > kHighestRate || examples.channels > kMostChannels))
    throw augment_refusal(
        o.sound.pitch_semitones > 0 ? "sound.pitch_semitones" : "sound.stretch",
        fmt::format("is of sounds up to 192 kHz and 16 channels, and these have {:g} Hz and {}",
                    examples.rate_hz, examples.channels),
        "leave it out");
  if (o.sound.snr_low_db > o.sound.snr_high_db)
    throw augment_refusal("sound.snr_low_db", fmt::format("{} is above snr_high_db", o.sound.snr_low_db),
                          "snr_low_db is the louder background");
}

Augmenter::Augmenter(const AugmentOptions &options, const Dataset &examples)
    : options_(options),
      window_(examples.window),
      channels_(examples.channels),
      rate_hz_(examples.rate_hz),
      image_(examples.image) {
  check_augment(options, examples);
  if (image_.is_set()) {
    range_ = picture_range(examples);
    return;
  }
  if (options.changes_signals())
    statistics_ = channel_statistics(examples.values.data(), examples.size() * examples.window, channels_);
  if (!options.sound.background.empty())
    backgrounds_ = read_backgrounds(options.sound.background, rate_hz_, examples.window);
}

void Augmenter::operator()(const float *x, Random random, float *out) const {
  if (image_.is_set())
    return augment_picture(options_.image, range_, x, image_.height, image_.width, channels_, random, out);
  if (!options_.sound.changes_windows())
    return augment(options_, statistics_, x, window_, channels_, random, out);
  if (!options_.changes_signals())
    return augment_sound(options_.sound, backgrounds_, rate_hz_, x, window_, channels_, random, out);
  std::vector<float> changed(static_cast<size_t>(window_) * static_cast<size_t>(channels_));
  // another stream for what comes second
  augment_sound(options_.sound, backgrounds_, rate_hz_, x, window_, channels_, Random(random.bits()),
                changed.data());
  augment(options_, statistics_, changed.data(), window_, channels_, random, out);
}

}  // namespace mote
