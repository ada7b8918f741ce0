// Fuzzes the reader of sounds, with libsndfile and the resampler behind it: any bytes give whole frames of
// finite samples, or an Error.
//
// Seeds: make_seeds.cpp.
#include <cmath>

#include "base/error.h"
#include "data/sound.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace mote;
  try {
    const Sound sound =
        parse_sound({reinterpret_cast<const char *>(data), size}, "f.wav", size % 2 == 0 ? 0 : 8000);
    if (sound.channels < 1 || sound.samples.size() % static_cast<size_t>(sound.channels) != 0)
      __builtin_trap();
    for (const float sample : sound.samples)
      if (!std::isfinite(sample)) __builtin_trap();
  } catch (const Error &) {
  }
  return 0;
}
