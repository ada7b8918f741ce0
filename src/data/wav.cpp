// By libsndfile, into memory.
#include "data/wav.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.h"
#include "data/sound_bytes.h"

namespace mote {

namespace {

using WrittenSound = SoundBytes<std::string &>;

sf_count_t write_sound_bytes(const void *from, sf_count_t count, void *file) {
  auto &s = WrittenSound::of(file);
  const auto n = static_cast<size_t>(std::max<sf_count_t>(count, 0));
  s.bytes.resize(std::max(s.bytes.size(), s.at + n));
  std::memcpy(s.bytes.data() + s.at, from, n);
  s.at += n;
  return count;
}

}  // namespace

WavFile format_wav(const float *samples, size_t frames, int channels, double rate_hz) {
  constexpr float kLow = -32768, kHigh = 32767;
  WavFile wav;
  std::vector<int16_t> held(frames * static_cast<size_t>(channels));
  for (size_t i = 0; i < held.size(); ++i) {
    const float value = std::nearbyint(samples[i]);
    held[i] = static_cast<int16_t>(std::clamp(std::isnan(value) ? 0 : value, kLow, kHigh));
    wav.clipped += static_cast<float>(held[i]) != value;
  }
  WrittenSound file{wav.bytes};
  SF_VIRTUAL_IO io{WrittenSound::length, WrittenSound::seek, nullptr, write_sound_bytes, WrittenSound::place};
  SF_INFO info{};
  info.samplerate = static_cast<int>(std::lround(rate_hz));
  info.channels = channels;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  std::unique_ptr<SNDFILE, CloseSound> sound(sf_open_virtual(&io, SFM_WRITE, &info, &file));
  const auto count = static_cast<sf_count_t>(frames);
  if (!sound || sf_writef_short(sound.get(), held.data(), count) != count)
    throw Error(ErrorCode::kInvalidArgument, "WAV",
                std::string("cannot be written: ") + sf_strerror(sound.get()));
  sound.reset();  // which completes the header
  return wav;
}

}  // namespace mote
