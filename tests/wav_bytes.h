// WAV files as bytes, written from the format's definition (Microsoft, Multimedia Programming Interface 1.0).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace mote::test {

inline std::string little_endian(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

struct WavForm {
  int channels = 1, rate = 16000, bits = 16;
  bool is_float = false;
  long told_bytes = -1;  // of the samples, in the header; -1: as many as there are
};

// values: full scale is 1.
inline std::string wav_bytes(const std::vector<double> &values, const WavForm &form = {}) {
  std::string data;
  for (double v : values) {
    if (form.is_float) {
      const auto f = static_cast<float>(v);
      uint32_t bits = 0;
      std::memcpy(&bits, &f, sizeof bits);
      data += little_endian(bits, 4);
    } else if (form.bits == 8) {
      data += static_cast<char>(std::lround(v * 128) + 128);
    } else {
      data += little_endian(static_cast<uint64_t>(std::llround(std::ldexp(v, form.bits - 1))), form.bits / 8);
    }
  }
  const int step = form.channels * form.bits / 8;
  const long told = form.told_bytes < 0 ? static_cast<long>(data.size()) : form.told_bytes;
  return "RIFF" + little_endian(static_cast<uint64_t>(told + 36), 4) + "WAVEfmt " + little_endian(16, 4) +
         little_endian(form.is_float ? 3 : 1, 2) + little_endian(static_cast<uint64_t>(form.channels), 2) +
         little_endian(static_cast<uint64_t>(form.rate), 4) +
         little_endian(static_cast<uint64_t>(form.rate * step), 4) +
         little_endian(static_cast<uint64_t>(step), 2) + little_endian(static_cast<uint64_t>(form.bits), 2) +
         "data" + little_endian(static_cast<uint64_t>(told), 4) + data;
}

}  // namespace mote::test
