// Sound files as samples: WAV, FLAC, OGG, AIFF and what else libsndfile reads.
#pragma once

#include <string>
#include <string_view>

#include "mote/dataset.h"

namespace mote {

// In the units of a 16-bit microphone, whatever the file has: full scale is 32768. Files of 16 bits and
// fewer give integers.
struct Sound {
  int channels = 0;
  double rate_hz = 0;
  SensorValues samples;     // [frames, channels]
  std::string note;         // what is wrong with the file but did not keep it from being read; or empty
  double file_rate_hz = 0;  // before it was resampled
  size_t frames() const { return channels == 0 ? 0 : samples.size() / channels; }
};

// At `rate_hz`, or 0: at the file's own rate. Errors: kDataFormat naming the file: no sound, no samples,
// samples that are not numbers, more than fit a recording.
Sound parse_sound(std::string_view bytes, const std::string &where, double rate_hz = 0);

inline constexpr double kSameRate = 1e-3;  // rates that differ by less are one

// "sound", "left", "right", "sound2", ...: as the reader of sounds names channels.
std::string sound_channel(int channel, int channels);
bool is_sound_channel(const std::string &name);

// One channel: the mean of all.
Sound mixed_down(Sound sound);

}  // namespace mote
