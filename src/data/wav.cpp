// PCM of 16 bits, from the format's definition (Microsoft, Multimedia Programming Interface 1.0).
#include "data/wav.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mote {

static void append_little_endian(std::string &to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i));
}

WavFile format_wav(const float *samples, size_t frames, int channels, double rate_hz) {
  constexpr uint32_t kHeader = 36, kFormatChunk = 16, kPcm = 1, kBits = 16, kSampleBytes = 2;
  const auto columns = static_cast<uint32_t>(channels), rate = static_cast<uint32_t>(std::lround(rate_hz));
  const auto bytes = static_cast<uint32_t>(frames * columns * kSampleBytes);
  WavFile wav;
  std::string &b = wav.bytes;
  b += "RIFF";
  append_little_endian(b, kHeader + bytes, 4);
  b += "WAVEfmt ";
  append_little_endian(b, kFormatChunk, 4);
  append_little_endian(b, kPcm, 2);
  append_little_endian(b, columns, 2);
  append_little_endian(b, rate, 4);
  append_little_endian(b, rate * columns * kSampleBytes, 4);
  append_little_endian(b, columns * kSampleBytes, 2);
  append_little_endian(b, kBits, 2);
  b += "data";
  append_little_endian(b, bytes, 4);
  for (size_t i = 0; i < frames * columns; ++i) {
    const float held = std::clamp(std::nearbyint(samples[i]), -32768.0f, 32767.0f);
    wav.clipped += held != std::nearbyint(samples[i]);
    append_little_endian(b, static_cast<uint32_t>(static_cast<int32_t>(held)), 2);
  }
  return wav;
}

}  // namespace mote
