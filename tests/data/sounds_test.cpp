// Sounds as recordings: every width of sample, headers that lie, and what is no sound.
#include "base/files.h"
#include "data/sound.h"
#include "test_support.h"
#include "wav_bytes.h"

namespace mote {
namespace {

using test::wav_bytes;

const std::vector<double> kSamples = {0, 0.5, -0.5, 0.25, -1, 0.75};

TEST(Sounds, have_one_unit_whatever_their_width) {
  const SensorValues expected = {0, 16384, -16384, 8192, -32768, 24576};
  for (const int bits : {8, 16, 24, 32}) {
    const Sound sound = parse_sound(wav_bytes(kSamples, {.rate = 8000, .bits = bits}), "a.wav");
    EXPECT_EQ(sound.samples, expected) << bits;
    EXPECT_EQ(sound.rate_hz, 8000);
    EXPECT_EQ(sound.note, "");
  }
  EXPECT_EQ(parse_sound(wav_bytes(kSamples, {.bits = 32, .is_float = true}), "a.wav").samples, expected);
}

TEST(Sounds, of_many_channels_are_mixed_to_their_mean) {
  std::vector<double> seven;
  for (int c = 0; c < 7; ++c) seven.push_back(c / 8.0);
  const Sound sound = parse_sound(wav_bytes(seven, {.channels = 7}), "a.wav");
  EXPECT_EQ(sound.channels, 7);
  EXPECT_EQ(sound.frames(), 1u);
  const Sound mono = mixed_down(sound);
  EXPECT_EQ(mono.channels, 1);
  EXPECT_EQ(mono.samples, SensorValues{3 * 32768 / 8.0f});
}

TEST(Sounds, whose_header_lies_are_read_as_far_as_they_go) {
  const Sound cut = parse_sound(wav_bytes(kSamples, {.told_bytes = 4000}), "a.wav");
  EXPECT_EQ(cut.frames(), kSamples.size());
  EXPECT_EQ(cut.note, "its header tells of 4044 bytes, 56 are there: 6 samples");
  EXPECT_NO_THROW(parse_sound(wav_bytes(kSamples, {.told_bytes = 0x7fffff00}), "a.wav"));
  EXPECT_EQ(parse_sound(wav_bytes({0.5}), "a.wav").frames(), 1u);
}

TEST(Sounds, that_are_none_are_refused) {
  EXPECT_ERROR(parse_sound("", "a.wav"), "is empty");
  EXPECT_ERROR(parse_sound("RIFF", "a.wav"), "is no sound that can be read");
  EXPECT_ERROR(parse_sound(wav_bytes({}), "a.wav"), "holds no samples");
  EXPECT_ERROR(parse_sound("time,x\n0,1\n", "a.wav"), "is no sound that can be read");
  const std::vector<double> broken = {0, NAN, 0};
  EXPECT_ERROR(parse_sound(wav_bytes(broken, {.bits = 32, .is_float = true}), "a.wav"),
               "sample 2 is not a number");
}

TEST(Sounds, in_folders_are_recordings_of_classes) {
  const test::TempFolder folder;
  for (const char *word : {"yes", "no"})
    for (int n = 0; n < 3; ++n) {
      std::vector<double> tone;
      for (int i = 0; i < 50 + n; ++i) tone.push_back(0.1 * n);
      fs::create_directories(folder / word);
      write_file(folder / word / ("speaker" + std::to_string(n) + ".wav"), wav_bytes(tone));
    }
  const Recordings set = load_recordings(folder.text());
  EXPECT_EQ(set.labels, (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(set.channels, std::vector<std::string>{"sound"});
  EXPECT_EQ(set.rate_hz, 16000);
  ASSERT_EQ(set.items.size(), 6u);
  EXPECT_EQ(set.items[1].rows, 51);
  write_file(folder / "yes" / "other.wav", wav_bytes({0, 0, 0}, {.rate = 44100}));
  const Recordings mixed = load_recordings(folder.text(), {}, true);
  bool is_told = false;
  for (const Finding &f : mixed.findings) is_told |= f.message.find("44100") != std::string::npos;
  EXPECT_TRUE(is_told);
  write_file(folder / "yes" / "stereo.wav", wav_bytes({0, 0, 0, 0}, {.channels = 2}));
  EXPECT_ERROR(load_recordings(folder.text()), "stereo.wav");
}

}  // namespace
}  // namespace mote
