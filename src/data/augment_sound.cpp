// Sounds changed at random for training: other pitch and speed (SoundTouch), moved in time, louder or softer,
// with a stretch of background at a drawn ratio of powers; and stretches of features left out.
//
// Methods: SpecAugment of Park et al. 2019. Pitch and speed are as exact as the library's float arithmetic:
// the same bits on machines with the same build of it.
#include <SoundTouch.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/files.h"
#include "base/math.h"
#include "data/augment.h"
#include "data/readers/readers.h"
#include "data/sound.h"

namespace mote {

std::vector<fs::path> background_files(const std::string &folder) {
  std::vector<fs::path> files;
  std::error_code code;
  for (const auto &entry : fs::recursive_directory_iterator(folder, code))
    if (entry.is_regular_file(code) && is_sound(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());  // draws are by place in the list
  return files;
}

Backgrounds read_backgrounds(const std::string &folder, double rate_hz, size_t window) {
  Backgrounds list;
  std::error_code code;
  if (!fs::is_directory(folder, code))
    throw Error(ErrorCode::kNotFound, "augment.sound.background", fmt::format("{} is no folder", folder),
                "give a folder of sounds, within the project or by its whole path");
  for (const fs::path &file : background_files(folder)) {
    const Sound sound = mixed_down(parse_sound(read_file(file), file.string(), rate_hz));
    std::vector<float> values(sound.samples.begin(), sound.samples.end());
    if (values.empty()) continue;  // a few samples of a higher rate
    const size_t once = values.size();
    while (values.size() < window) values.push_back(values[values.size() % once]);
    list.sounds.push_back(std::move(values));
  }
  if (list.sounds.empty())
    throw Error(ErrorCode::kNotFound, "augment.sound.background", fmt::format("{} holds no sounds", folder),
                "put WAV, FLAC, OGG or AIFF files into it");
  return list;
}

namespace {

double drawn_within(double most, Random &random) { return most * (2 * random.uniform() - 1); }

double power_of(const float *x, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += double{x[i]} * double{x[i]};
  return sum / static_cast<double>(count);
}

// 10^(decibels / 20).
double amplitude_of(double decibels) { return exact_exp(decibels * 0.11512925464970229); }

// As many frames as come in: what is missing at the end is silence.
std::vector<float> with_pitch_and_speed(const float *x, double semitones, double speed, double rate_hz,
                                        int window, int channels) {
  soundtouch::SoundTouch touch;
  touch.setSampleRate(static_cast<unsigned>(rate_hz));
  touch.setChannels(static_cast<unsigned>(channels));
  touch.setPitchSemiTones(semitones);
  touch.setTempo(speed);
  // A third of the time, for what no training hears: where stretches are joined is looked for in steps; and
  // up to two semitones what folds back at half of the rate lies in the highest tenth of the band, and is not
  // dampened.
  touch.setSetting(SETTING_USE_QUICKSEEK, 1);
  touch.setSetting(SETTING_USE_AA_FILTER, semitones > 2 ? 1 : 0);
  touch.putSamples(x, static_cast<unsigned>(window));
  touch.flush();
  const auto wanted = static_cast<size_t>(window), width = static_cast<size_t>(channels);
  std::vector<float> out(wanted * width);
  size_t have = 0;
  while (have < wanted) {
    const unsigned got =
        touch.receiveSamples(out.data() + have * width, static_cast<unsigned>(wanted - have));
    if (got == 0) break;
    have += got;
  }
  return out;
}

// All of x moved by so many frames, with silence where nothing comes.
void shift_in_time(const float *x, int by, int window, int channels, float *out) {
  const int from = std::max(0, -by), to = std::max(from, std::min(window, window - by));
  float *const moved = std::fill_n(out, std::min(window, std::max(0, by)) * channels, 0.0f);
  float *const end = std::copy(x + from * channels, x + to * channels, moved);
  std::fill(end, out + window * channels, 0.0f);
}

void add_background(const SoundAugment &o, const std::vector<float> &sound, int window, int channels,
                    Random &random, float *x) {
  const auto frames = static_cast<size_t>(window), values = frames * static_cast<size_t>(channels);
  const float *stretch = sound.data() + random.below(sound.size() - frames + 1);
  const double snr_db = o.snr_low_db + (o.snr_high_db - o.snr_low_db) * random.uniform();
  const double signal = power_of(x, values), noise = power_of(stretch, frames);
  if (!(signal > 0 && noise > 0)) return;
  const double gain = __builtin_sqrt(signal / noise) / amplitude_of(snr_db);
  for (size_t i = 0; i < values; ++i)
    x[i] += static_cast<float>(gain * stretch[i / static_cast<size_t>(channels)]);
}

// A random stretch of up to `share` of `count`.
std::pair<int, int> random_stretch(float share, int count, Random &random) {
  const int wide =
      static_cast<int>(random.below(static_cast<uint64_t>(share * static_cast<float>(count)) + 1));
  const int from = static_cast<int>(random.below(static_cast<uint64_t>(count - wide) + 1));
  return {from, from + wide};
}

}  // namespace

void augment_sound(const SoundAugment &o, const Backgrounds &backgrounds, double rate_hz, const float *x,
                   int window, int channels, Random random, float *out) {
  std::vector<float> changed;
  if (o.pitch_semitones > 0 || o.stretch > 0) {
    const double semitones = drawn_within(o.pitch_semitones, random),
                 speed = 1 + drawn_within(o.stretch, random);
    changed = with_pitch_and_speed(x, semitones, speed, rate_hz, window, channels);
    x = changed.data();
  }
  const int by =
      o.shift > 0 ? static_cast<int>(std::lround(drawn_within(o.shift * static_cast<float>(window), random)))
                  : 0;
  shift_in_time(x, by, window, channels, out);
  if (o.gain_db > 0) {
    const auto gain = static_cast<float>(amplitude_of(drawn_within(o.gain_db, random)));
    for (int i = 0; i < window * channels; ++i) out[i] *= gain;
  }
  if (!backgrounds.sounds.empty() && random.uniform() < o.background_share) {
    const auto &sounds = backgrounds.sounds;
    add_background(o, sounds[random.below(sounds.size())], window, channels, random, out);
  }
}

void mask_features(const SoundAugment &o, int frames, int values, Random random, float *x) {
  for (int m = 0; m < o.masks; ++m) {
    if (o.time_mask > 0) {
      const auto [from, to] = random_stretch(o.time_mask, frames, random);
      std::fill(x + from * values, x + to * values, 0.0f);
    }
    if (o.frequency_mask > 0) {
      const auto [from, to] = random_stretch(o.frequency_mask, values, random);
      for (int t = 0; t < frames; ++t) std::fill(x + t * values + from, x + t * values + to, 0.0f);
    }
  }
}

}  // namespace mote
