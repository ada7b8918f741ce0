// Samples as the bytes of a WAV file. Reading sounds: sound.h.
#pragma once

#include <cstddef>
#include <string>

namespace mote {

struct WavFile {
  std::string bytes;
  size_t clipped = 0;  // values that 16 bits do not hold
};
// samples [frames, channels] in units of 16 bits, rounded. Errors: kInvalidArgument for channels and rates
// that no WAV has.
WavFile format_wav(const float *samples, size_t frames, int channels, double rate_hz);

}  // namespace mote
