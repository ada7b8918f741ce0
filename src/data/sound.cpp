// Sound files by libsndfile, read from memory: it never sees a name, so it needs none that it can open.
//
// What a recording of sound means for a data set: readers/sounds.cpp.
#include "data/sound.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "base/error.h"

namespace mote {

namespace {

// Bytes as libsndfile wants a file: it asks for length, place and parts of them.
struct SoundBytes {
  std::string_view bytes;
  size_t at = 0;
};

sf_count_t sound_length(void *file) { return std::ssize(static_cast<SoundBytes *>(file)->bytes); }

sf_count_t seek_sound(sf_count_t offset, int whence, void *file) {
  auto &s = *static_cast<SoundBytes *>(file);
  const sf_count_t size = std::ssize(s.bytes), base = whence == SEEK_SET   ? 0
                                                      : whence == SEEK_CUR ? static_cast<sf_count_t>(s.at)
                                                                           : size;
  s.at = static_cast<size_t>(std::clamp<sf_count_t>(base + offset, 0, size));
  return static_cast<sf_count_t>(s.at);
}

sf_count_t read_sound_bytes(void *to, sf_count_t count, void *file) {
  auto &s = *static_cast<SoundBytes *>(file);
  const size_t n = std::min(s.bytes.size() - s.at, static_cast<size_t>(std::max<sf_count_t>(count, 0)));
  std::memcpy(to, s.bytes.data() + s.at, n);
  s.at += n;
  return static_cast<sf_count_t>(n);
}

sf_count_t place_in_sound(void *file) { return static_cast<sf_count_t>(static_cast<SoundBytes *>(file)->at); }

struct CloseSound {
  void operator()(SNDFILE *file) const { sf_close(file); }
};

constexpr double kFullScale = 32768;
constexpr const char *kSoundName = "sound";

// Where the samples of a RIFF file end by its own header, which libsndfile corrects without a word; 0: no
// such file. Programs that could not tell the length write 0 or the largest number.
size_t told_bytes_of_wav(std::string_view bytes) {
  constexpr size_t kHead = 12, kChunkHead = 8, kUnknown = 0xffffff00;
  const auto number = [&](size_t at) {
    size_t value = 0;
    for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
  };
  if (!bytes.starts_with("RIFF")) return 0;
  for (size_t at = kHead; at + kChunkHead <= bytes.size();) {
    const size_t size = number(at + 4);
    if (bytes.substr(at, 4) == "data") return size == 0 || size >= kUnknown ? 0 : at + kChunkHead + size;
    at += kChunkHead + size + size % 2;
  }
  return 0;
}

// Float files: what is not a number would reach every feature of its window.
void check_numbers(const Sound &sound, const std::string &where) {
  for (size_t i = 0; i < sound.samples.size(); ++i)
    if (!std::isfinite(sound.samples[i]))
      throw Error(ErrorCode::kDataFormat, where,
                  fmt::format("sample {} is not a number", i / sound.channels + 1),
                  "write the file again, or take it out");
}

}  // namespace

Sound parse_sound(std::string_view bytes, const std::string &where) {
  SoundBytes source{bytes};
  SF_VIRTUAL_IO io{sound_length, seek_sound, read_sound_bytes, nullptr, place_in_sound};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, CloseSound> file(sf_open_virtual(&io, SFM_READ, &info, &source));
  if (!file)
    throw Error(ErrorCode::kDataFormat, where,
                bytes.empty() ? "is empty" : "is no sound that can be read, or its beginning is damaged",
                "WAV, FLAC, OGG and AIFF are read; save it again as WAV");
  if (info.channels < 1 || info.samplerate < 1)
    throw Error(ErrorCode::kDataFormat, where,
                fmt::format("says that it has {} channels at {} Hz", info.channels, info.samplerate));
  Sound sound{info.channels, static_cast<double>(info.samplerate), {}, {}};
  // Part by part: the number of samples that a header tells may be anything.
  constexpr size_t kPart = 1 << 16;
  const size_t step = kPart * static_cast<size_t>(info.channels);
  for (;;) {
    const size_t before = sound.samples.size();
    sound.samples.resize(before + step);
    const sf_count_t got = sf_readf_float(file.get(), sound.samples.data() + before, kPart);
    sound.samples.resize(before + static_cast<size_t>(std::max<sf_count_t>(got, 0)) * info.channels);
    if (got < static_cast<sf_count_t>(kPart)) break;
  }
  if (sound.samples.empty()) throw Error(ErrorCode::kDataFormat, where, "holds no samples");
  if (const size_t told = told_bytes_of_wav(bytes), there = bytes.size(); told > there)
    sound.note =
        fmt::format("its header tells of {} bytes, {} are there: {} samples", told, there, sound.frames());
  else if (static_cast<sf_count_t>(sound.frames()) < info.frames)
    sound.note = fmt::format("its header tells of {} samples, {} are there", info.frames, sound.frames());
  for (float &v : sound.samples) v = static_cast<float>(v * kFullScale);
  check_numbers(sound, where);
  return sound;
}

std::string sound_channel(int channel, int channels) {
  if (channels == 1) return kSoundName;
  if (channels == 2) return channel == 0 ? "left" : "right";
  return fmt::format("{}{}", kSoundName, channel);
}

bool is_sound_channel(const std::string &name) {
  return name.starts_with(kSoundName) || name == "left" || name == "right";
}

Sound mixed_down(Sound sound) {
  if (sound.channels < 2) return sound;
  const size_t channels = sound.channels, frames = sound.frames();
  for (size_t i = 0; i < frames; ++i) {
    double sum = 0;
    for (size_t c = 0; c < channels; ++c) sum += double{sound.samples[i * channels + c]};
    sound.samples[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
  sound.samples.resize(frames);
  sound.channels = 1;
  return sound;
}

}  // namespace mote
