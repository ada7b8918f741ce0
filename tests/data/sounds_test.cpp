// Sounds as recordings: every width of sample, headers that lie, and what is no sound.
#include <sndfile.h>

#include <cmath>

#include "base/files.h"
#include "base/random.h"
#include "data/said.h"
#include "data/sound.h"
#include "data/wav.h"
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

TEST(Sounds, whose_header_tells_of_too_few_samples_say_so) {
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(i / 128.0);
  const Sound few = parse_sound(wav_bytes(values, {.told_bytes = 20}), "a.wav");
  EXPECT_EQ(few.frames(), 10u);
  EXPECT_EQ(few.note,
            "its header tells of 10 samples; the 180 bytes behind them are in no part of it, and not read");
  const Sound all = parse_sound(wav_bytes(values, {.told_bytes = 0}), "a.wav");  // switched off
  ASSERT_EQ(all.frames(), 100u);
  EXPECT_EQ(all.samples[99], 99 * 256.0F);
  EXPECT_NE(all.note.find("tells of no samples, as where a recorder was switched off"), std::string::npos)
      << all.note;
  const std::string wav = wav_bytes(values);
  const std::string tag = std::string("LIST") + test::little_endian(4, 4) + "INFO";
  for (const std::string &behind : {std::string(), std::string(500, '\0'), tag, tag + std::string(30, '\0')})
    EXPECT_EQ(parse_sound(wav + behind, "a.wav").note, "") << behind.size();
  EXPECT_NE(parse_sound(wav + tag + std::string(50, '\x7f'), "a.wav").note, "");
}

std::string encoded(int format, int samples) {
  const test::TempFolder folder;
  SF_INFO info{};
  info.samplerate = 8000;
  info.channels = 1;
  info.format = format;
  SNDFILE *file = sf_open((folder / "a").c_str(), SFM_WRITE, &info);
  std::vector<float> noise;
  Random random(5);
  for (int i = 0; i < samples; ++i) noise.push_back(static_cast<float>(0.2 * random.normal()));
  sf_writef_float(file, noise.data(), samples);
  sf_close(file);
  return read_file(folder / "a");
}

TEST(Sounds, in_other_chunks_that_end_early_say_so) {
  for (const int format : {SF_FORMAT_AIFF, SF_FORMAT_RF64, SF_FORMAT_WAVEX}) {
    const std::string whole = encoded(format | SF_FORMAT_PCM_16, 8000);
    EXPECT_EQ(parse_sound(whole, "a").note, "") << format;
    const Sound cut = parse_sound(whole.substr(0, whole.size() / 2), "a");
    EXPECT_NE(cut.note.find("its header tells of"), std::string::npos) << format << cut.note;
    EXPECT_NEAR(static_cast<double>(cut.frames()), 4000, 50) << format;
  }
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
}

// As `mote predict` takes a stereo sound for a model of one channel.
TEST(Sounds, of_several_channels_beside_some_of_one_are_their_mean) {
  const std::string mono = wav_bytes({0.25, 0.5}), stereo = wav_bytes({0.5, 0, 0.25, 0.75}, {.channels = 2});
  const SensorValues of_mono = {8192, 16384}, of_stereo = {8192, 16384};
  for (const bool is_mono_first : {true, false}) {
    const test::TempFolder folder;
    fs::create_directories(folder / "no");
    write_file(folder / "no/1.wav", is_mono_first ? mono : stereo);
    write_file(folder / "no/2.wav", is_mono_first ? stereo : mono);
    write_file(folder / "no/3.wav", stereo);
    const Recordings set = load_recordings(folder.text());
    EXPECT_EQ(set.channels, std::vector<std::string>{"sound"});
    ASSERT_EQ(set.items.size(), 3u);
    EXPECT_EQ(set.items[is_mono_first ? 0 : 1].values, of_mono);
    for (const size_t i : {is_mono_first ? size_t{1} : size_t{0}, size_t{2}}) {
      EXPECT_EQ(set.items[i].rows, 2);
      EXPECT_EQ(set.items[i].values, of_stereo);
    }
    EXPECT_TRUE(
        test::says(set, "2 sounds of several channels are taken as their mean, as another sound has one: "));
    LoadOptions device;
    device.model = ForModel{.channels = 1};
    EXPECT_TRUE(test::says(load_recordings((folder / "no/3.wav").string(), device),
                           "1 sound of several channels is taken as its mean, as the model has one: "));
  }
  const test::TempFolder folder;
  fs::create_directories(folder / "no");
  write_file(folder / "no/1.wav", stereo);
  write_file(folder / "no/2.wav", wav_bytes({0, 0, 0}, {.channels = 3}));
  EXPECT_ERROR(load_recordings(folder.text()), "2.wav");
  write_file(folder / "no/2.wav", "RIFF of nothing");  // a sound that is skipped changes nothing
  LoadOptions options;
  options.skip_bad_files = true;
  EXPECT_EQ(load_recordings(folder.text(), options).channels, (std::vector<std::string>{"left", "right"}));
}

TEST(Sounds, that_are_damaged_in_their_middle_say_so) {
  const std::string ogg = encoded(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 80000);
  EXPECT_EQ(parse_sound(ogg, "a.ogg").note, "");
  std::string changed = ogg;
  for (size_t i = ogg.size() / 2; i < ogg.size() / 2 + 40; ++i) changed[i] = static_cast<char>(~changed[i]);
  EXPECT_NE(parse_sound(changed, "a.ogg").note.find("pages are damaged or missing"), std::string::npos)
      << parse_sound(changed, "a.ogg").note;
  EXPECT_NE(parse_sound(ogg.substr(0, ogg.size() * 3 / 4), "a.ogg").note.find("it ends early"),
            std::string::npos);
  const std::string flac = encoded(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 80000);
  EXPECT_EQ(parse_sound(flac, "a.flac").note, "");
  changed = flac;
  for (size_t i = flac.size() / 2; i < flac.size() / 2 + 40; ++i) changed[i] = static_cast<char>(~changed[i]);
  EXPECT_NE(parse_sound(changed, "a.flac").note, "");
}

TEST(Sounds, are_written_as_they_are_read) {
  const std::vector<float> samples = {0, 1.4F, -32768, 32767, 40000, -40000, NAN, 2.5F};
  const WavFile wav = format_wav(samples.data(), 4, 2, 22050);
  EXPECT_EQ(wav.clipped, 3u);
  const Sound sound = parse_sound(wav.bytes, "a.wav");
  EXPECT_EQ(sound.channels, 2);
  EXPECT_EQ(sound.rate_hz, 22050);
  EXPECT_EQ(sound.samples, (SensorValues{0, 1, -32768, 32767, 32767, -32768, 0, 2}));
  EXPECT_EQ(sound.note, "");
  EXPECT_ERROR(format_wav(samples.data(), 0, 0, 22050), "cannot be written");
}

}  // namespace
}  // namespace mote
