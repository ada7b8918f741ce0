// Sounds against what is measured of them: powers for gains and ratios, the peak of a Fourier sum for pitch
// and speed, places of clicks for shifts.
#include <algorithm>
#include <cmath>

#include "base/files.h"
#include "data/augment.h"
#include "data/wav.h"
#include "test_support.h"

namespace mote {
namespace {

using Samples = std::vector<float>;
constexpr double kRate = 16000;
constexpr int kWindow = 16000;

Samples tone(double hz, double amplitude, int count = kWindow) {
  Samples x(static_cast<size_t>(count));
  for (size_t i = 0; i < x.size(); ++i)
    x[i] =
        static_cast<float>(amplitude * std::sin(2 * std::acos(-1.0) * hz * static_cast<double>(i) / kRate));
  return x;
}

Samples changed(const SoundAugment &o, const Samples &x, uint64_t stream,
                const Backgrounds &backgrounds = {}) {
  Samples y(x.size());
  augment_sound(o, backgrounds, kRate, x.data(), static_cast<int>(x.size()), 1, Random(stream), y.data());
  return y;
}

double power(const Samples &x) {
  double sum = 0;
  for (const float v : x) sum += static_cast<double>(v) * static_cast<double>(v);
  return sum / static_cast<double>(x.size());
}

// Of 2048 samples in the middle under Hann's window, to 4 Hz.
double peak_hz(const Samples &x) {
  const double pi = std::acos(-1.0);
  double best = 0, at = 0;
  for (double hz = 300; hz <= 620; hz += 4) {
    double re = 0, im = 0;
    for (size_t i = 0; i < 2048; ++i) {
      const double angle = 2 * pi * hz * static_cast<double>(i) / kRate,
                   weight = 0.5 - 0.5 * std::cos(2 * pi * static_cast<double>(i) / 2048);
      re += weight * static_cast<double>(x[x.size() / 3 + i]) * std::cos(angle);
      im += weight * static_cast<double>(x[x.size() / 3 + i]) * std::sin(angle);
    }
    if (re * re + im * im > best) {
      best = re * re + im * im;
      at = hz;
    }
  }
  return at;
}

TEST(AugmentSound, changes_loudness_by_decibels) {
  const Samples x = tone(440, 1000);
  double least = 0, most = 0;
  for (uint64_t stream = 0; stream < 100; ++stream) {
    const double db = 10 * std::log10(power(changed({.gain_db = 6}, x, stream)) / power(x));
    least = std::min(least, db);
    most = std::max(most, db);
  }
  EXPECT_NEAR(least, -6, 0.4);
  EXPECT_NEAR(most, 6, 0.4);
}

TEST(AugmentSound, shifts_and_fills_with_silence) {
  Samples x(1000, 0.0f);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i + 1);
  int least = 0, most = 0;
  for (uint64_t stream = 0; stream < 300; ++stream) {
    const Samples y = changed({.shift = 0.1f}, x, stream);
    const int by = 500 - static_cast<int>(y[500]) + 1;
    for (int t = 0; t < 1000; ++t) {
      const int from = t - by;
      ASSERT_EQ(y[static_cast<size_t>(t)], from >= 0 && from < 1000 ? static_cast<float>(from + 1) : 0.0f);
    }
    least = std::min(least, by);
    most = std::max(most, by);
  }
  EXPECT_LT(least, -95);
  EXPECT_GE(least, -100);
  EXPECT_GT(most, 95);
  EXPECT_LE(most, 100);
}

TEST(AugmentSound, adds_background_at_the_ratio_of_powers) {
  const Samples x = tone(440, 3000);
  Backgrounds backgrounds;
  Random random(1);
  for (const double loudness : {30.0, 8000.0}) {
    Samples &sound = backgrounds.sounds.emplace_back(40000);
    for (float &v : sound) v = static_cast<float>(loudness * random.normal());
  }
  double least = 99, most = -99;
  int plain = 0;
  for (uint64_t stream = 0; stream < 200; ++stream) {
    const SoundAugment o{
        .background = "given", .snr_low_db = 3, .snr_high_db = 12, .background_share = 0.75f};
    const Samples y = changed(o, x, stream, backgrounds);
    if (y == x) {
      ++plain;
      continue;
    }
    Samples noise = y;
    for (size_t i = 0; i < y.size(); ++i) noise[i] -= x[i];
    const double snr = 10 * std::log10(power(x) / power(noise));
    least = std::min(least, snr);
    most = std::max(most, snr);
  }
  EXPECT_NEAR(plain, 50, 20);
  EXPECT_GE(least, 3 - 0.01);
  EXPECT_LT(least, 3.5);
  EXPECT_LE(most, 12 + 0.01);
  EXPECT_GT(most, 11.5);
  const Samples silence(1000, 0.0f);
  EXPECT_EQ(changed({.background = "given", .background_share = 1}, silence, 1, backgrounds), silence);
}

// The semitones of the draws, from the peaks: 440 Hz becomes 440 * 2^(s / 12), and the tone stays as long.
TEST(AugmentSound, shifts_pitch_and_not_speed) {
  const Samples x = tone(440, 8000);
  double least = 0, most = 0;
  for (uint64_t stream = 0; stream < 12; ++stream) {
    const Samples y = changed({.pitch_semitones = 4}, x, stream);
    const double semitones = 12 * std::log2(peak_hz(y) / 440);
    EXPECT_LE(std::fabs(semitones), 4.3);
    least = std::min(least, semitones);
    most = std::max(most, semitones);
    const Samples last(y.end() - 4000, y.end() - 2000);
    EXPECT_GT(power(last), 0.3 * power(x));  // nothing is missing at its end
  }
  EXPECT_LT(least, -2);
  EXPECT_GT(most, 2);
}

TEST(AugmentSound, stretches_time_and_not_pitch) {
  Samples x = tone(440, 8000);
  std::fill(x.begin() + 8000, x.end(), 0.0f);  // half a second of it
  double shortest = 9, longest = 0;
  for (uint64_t stream = 0; stream < 12; ++stream) {
    const Samples y = changed({.stretch = 0.3f}, x, stream);
    EXPECT_NEAR(peak_hz(y), 440, 8);
    size_t end = y.size();
    while (end > 0 && std::fabs(y[end - 1]) < 400) --end;
    const double seconds = static_cast<double>(end) / kRate;
    shortest = std::min(shortest, seconds);
    longest = std::max(longest, seconds);
  }
  EXPECT_GT(shortest, 0.5 / 1.3 - 0.08);
  EXPECT_LT(longest, 0.5 / 0.7 + 0.08);
  EXPECT_LT(shortest, 0.46);
  EXPECT_GT(longest, 0.56);
}

TEST(AugmentSound, gives_the_same_for_the_same_stream) {
  const Samples x = tone(300, 5000, 4000);
  const SoundAugment o{.gain_db = 6, .shift = 0.1f, .pitch_semitones = 3, .stretch = 0.2f};
  EXPECT_EQ(changed(o, x, 4), changed(o, x, 4));
  EXPECT_NE(changed(o, x, 4), changed(o, x, 5));
}

TEST(MaskFeatures, leaves_out_stretches_of_both_axes) {
  constexpr int kFrames = 20, kValues = 10;
  size_t most_frames = 0, most_values = 0;
  for (uint64_t stream = 0; stream < 300; ++stream) {
    Samples x(kFrames * kValues, 1.0f);
    mask_features({.time_mask = 0.25f, .frequency_mask = 0.4f, .masks = 1}, kFrames, kValues, Random(stream),
                  x.data());
    size_t frames = 0, values = 0;
    std::vector<bool> is_frame(kFrames, true), is_value(kValues, true);
    for (size_t i = 0; i < x.size(); ++i)
      if (x[i] != 0) is_frame[i / kValues] = is_value[i % kValues] = false;
    for (const bool is : is_frame) frames += is;
    for (const bool is : is_value) values += is;
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(x[i], is_frame[i / kValues] || is_value[i % kValues] ? 0.0f : 1.0f);
    }
    most_frames = std::max(most_frames, frames);
    most_values = std::max(most_values, values);
  }
  EXPECT_EQ(most_frames, 5u);
  EXPECT_EQ(most_values, 4u);
}

TEST(Backgrounds, are_all_sounds_of_a_folder) {
  const test::TempFolder folder;
  EXPECT_ERROR(read_backgrounds((folder.path() / "none").string(), kRate, 10), "is no folder");
  EXPECT_ERROR(read_backgrounds(folder.text(), kRate, 10), "holds no sounds");
  const Samples one = {100, 200, 300}, two = tone(440, 500, 64);
  write_file(folder.path() / "b.wav", format_wav(one.data(), one.size(), 1, kRate).bytes);
  write_file(folder.path() / "a.wav", format_wav(two.data(), two.size(), 1, kRate).bytes);
  write_file(folder.path() / "notes.txt", "of no interest");
  const Backgrounds list = read_backgrounds(folder.text(), kRate, 8);
  ASSERT_EQ(list.sounds.size(), 2u);
  EXPECT_EQ(list.sounds[0].size(), 64u);
  EXPECT_EQ(list.sounds[1], (Samples{100, 200, 300, 100, 200, 300, 100, 200}));  // repeated to a window
  write_file(folder.path() / "c.wav", "RIFF");
  EXPECT_ERROR(read_backgrounds(folder.text(), kRate, 8), "c.wav");
}

}  // namespace
}  // namespace mote
