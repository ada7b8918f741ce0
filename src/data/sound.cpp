// Sound files by libsndfile, read from memory: it never sees a name, so it needs none that it can open.
//
// What a recording of sound means for a data set: readers/sounds.cpp.
#include "data/sound.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "data/ogg_pages.h"
#include "data/resample.h"
#include "data/sound_bytes.h"
#include "data/sound_header.h"

namespace mote {

namespace {

using ReadSound = SoundBytes<std::string_view>;

sf_count_t read_sound_bytes(void *to, sf_count_t count, void *file) {
  auto &s = ReadSound::of(file);
  const size_t n = std::min(s.bytes.size() - s.at, static_cast<size_t>(std::max<sf_count_t>(count, 0)));
  std::memcpy(to, s.bytes.data() + s.at, n);
  s.at += n;
  return static_cast<sf_count_t>(n);
}

constexpr double kFullScale = 32768;
constexpr float kLargest =
    1e30F;  // far above any sound, and far enough below infinity for what is computed of it
constexpr const char *kSoundName = "sound";

// Part by part, since the number of samples that a header tells may be anything, and so that a long file is
// in memory once.
class SoundDecoder {
 public:
  SoundDecoder(SNDFILE *file, const SF_INFO &info, std::string where, double rate_hz)
      : file_(file), where_(std::move(where)), channels_(static_cast<size_t>(info.channels)) {
    const double own = info.samplerate;
    sound_ = {info.channels, own, {}, {}, own};
    if (rate_hz == 0 || std::fabs(own / rate_hz - 1) <= kSameRate) return;
    sound_.rate_hz = rate_hz;
    resampler_.emplace(own, rate_hz, info.channels, where_);
  }

  Sound decode() {
    constexpr size_t kPartValues = 1 << 16;
    const size_t most = std::max<size_t>(1, kPartValues / channels_);
    std::vector<float> part(most * channels_);
    for (;;) {
      const sf_count_t got = sf_readf_float(file_, part.data(), static_cast<sf_count_t>(most));
      const size_t frames = static_cast<size_t>(std::max<sf_count_t>(got, 0));
      take(part.data(), frames);
      if (frames < most) break;
    }
    if (frames_ == 0) throw Error(ErrorCode::kDataFormat, where_, "holds no samples");
    if (resampler_) resampler_->finish(sound_.samples);
    return std::move(sound_);
  }

  size_t file_frames() const { return frames_; }

  // So that a long list is not copied as it grows. A header that tells of more than so many bytes may be a
  // lie.
  void reserve(sf_count_t file_frames, size_t bytes) {
    constexpr double kMostPerByte = 16;
    const double values = static_cast<double>(file_frames) * sound_.rate_hz / sound_.file_rate_hz *
                          static_cast<double>(channels_);
    if (values >= 0 && values <= kMostPerByte * static_cast<double>(bytes))
      sound_.samples.reserve(static_cast<size_t>(values) + kBeyond * channels_);
  }

 private:
  // Float files: what is not a number would reach every feature of its window.
  void take(float *values, size_t frames) {
    for (size_t i = 0; i < frames * channels_; ++i) {
      values[i] = static_cast<float>(values[i] * kFullScale);
      if (!(std::fabs(values[i]) < kLargest))
        throw Error(ErrorCode::kDataFormat, where_,
                    fmt::format("sample {} is not a number{}", frames_ + i / channels_ + 1,
                                std::isnan(values[i]) ? "" : " that a sound can have"),
                    "write the file again, or take it out");
    }
    frames_ += frames;
    if (resampler_)
      resampler_->push(values, frames, sound_.samples);
    else
      sound_.samples.insert(sound_.samples.end(), values, values + frames * channels_);
    if (sound_.frames() > 1u << 30)
      throw Error(ErrorCode::kDataFormat, where_, "is too long a recording", "cut it into shorter files");
  }

  static constexpr size_t kBeyond = 1 << 14;  // frames that the resampler asks for at a time

  SNDFILE *file_;
  std::string where_;
  size_t channels_, frames_ = 0;
  Sound sound_;
  std::optional<Resampler> resampler_;
};

}  // namespace

Sound parse_sound(std::string_view given, const std::string &where, double rate_hz) {
  const ToldSamples told = told_samples(given);
  const std::string mended = told.is_never_told ? with_all_samples(given) : "";
  const std::string_view bytes = told.is_never_told ? mended : given;
  ReadSound source{bytes};
  SF_VIRTUAL_IO io{ReadSound::length, ReadSound::seek, read_sound_bytes, nullptr, ReadSound::place};
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, CloseSound> file(sf_open_virtual(&io, SFM_READ, &info, &source));
  if (!file)
    throw Error(ErrorCode::kDataFormat, where,
                bytes.empty() ? "is empty" : "is no sound that can be read, or its beginning is damaged",
                "WAV, FLAC, OGG and AIFF are read; save it again as WAV");
  if (info.channels < 1 || info.samplerate < 1)
    throw Error(ErrorCode::kDataFormat, where,
                fmt::format("says that it has {} channels at {} Hz", info.channels, info.samplerate));
  SoundDecoder decoder(file.get(), info, where, rate_hz);
  decoder.reserve(info.frames, bytes.size());
  Sound sound = decoder.decode();
  const size_t frames = decoder.file_frames();
  if (const std::string damage = damage_of_ogg(bytes); !damage.empty())
    sound.note = fmt::format("{}: {} samples", damage, frames);
  else if (told.is_never_told)
    sound.note = fmt::format(
        "its header tells of no samples, as where a recorder was switched off: all behind it are read, {}",
        frames);
  else if (told.is_told && told.end > bytes.size())
    sound.note =
        fmt::format("its header tells of {} bytes, {} are there: {} samples", told.end, bytes.size(), frames);
  else if (told.is_told && told.stray > 0)
    sound.note = fmt::format(
        "its header tells of {} samples; the {} bytes behind them are in no part of it, and not read", frames,
        told.stray);
  else if (static_cast<sf_count_t>(frames) < info.frames)
    sound.note = fmt::format("its header tells of {} samples, {} are there", info.frames, frames);
  else if (sf_error(file.get()) != SF_ERR_NO_ERROR)
    sound.note = fmt::format("is damaged ({}): {} samples", sf_strerror(file.get()), frames);
  return sound;
}

std::string sound_channel(int channel, int channels) {
  if (channels == 1) return kSoundName;
  if (channels == 2) return channel == 0 ? "left" : "right";
  return fmt::format("{}{}", kSoundName, channel);
}

bool is_sound_channel(const std::string &name) {
  return name.starts_with(kSoundName) || name == "audio" || name == "left" || name == "right";
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
