// Sound files as samples: WAV, FLAC, OGG, AIFF and what else libsndfile reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mote {

// In the units of a 16-bit microphone, whatever the file has: full scale is 32768. Files of 16 bits and
// fewer give integers.
struct Sound {
  int channels = 0;
  double rate_hz = 0;
  std::vector<float> samples;  // [frames, channels]
  std::string note;            // what is wrong with the file but did not keep it from being read; or empty
  size_t frames() const { return channels == 0 ? 0 : samples.size() / channels; }
};

// Errors: kDataFormat naming the file: no sound, no samples, samples that are not numbers.
Sound parse_sound(std::string_view bytes, const std::string &where);

// "sound", "left", "right", "sound2", ...: as the reader of sounds names channels.
std::string sound_channel(int channel, int channels);
bool is_sound_channel(const std::string &name);

// One channel: the mean of all.
Sound mixed_down(Sound sound);

}  // namespace mote
