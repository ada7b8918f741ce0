// What a sound file in chunks (RIFF, RIFX, RF64, AIFF) says of the length of its samples, which libsndfile
// corrects without a word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mote {

struct ToldSamples {
  bool is_told = false;        // else: no such file, or a program that could not tell the length wrote it
  bool is_never_told = false;  // 0 bytes of samples, and bytes behind them that are no chunk
  uint64_t end = 0;            // of the samples, from the beginning of the file
  size_t stray = 0;            // bytes behind that end which are in no chunk
};

// Linear in the number of chunks.
ToldSamples told_samples(std::string_view bytes);

// The file with all bytes behind the head of its samples as samples. Of one that is_never_told.
std::string with_all_samples(std::string_view bytes);

}  // namespace mote
