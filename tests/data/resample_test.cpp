// Sounds of other rates: against the same signal as a formula gives it at the wanted rate.
#include <fmt/format.h>

#include <numbers>

#include "base/files.h"
#include "data/resample.h"
#include "data/said.h"
#include "data/sound.h"
#include "mote/project.h"
#include "test_support.h"
#include "wav_bytes.h"

namespace mote {
namespace {

using test::wav_bytes;

// From 100 to 6000 Hz in `seconds`, at half of full scale.
double chirp(double t, double seconds) {
  return 0.5 * std::sin(2 * std::numbers::pi * (100 * t + (6000 - 100) / (2 * seconds) * t * t));
}

std::vector<double> chirp_at(int rate, double seconds, int channels = 1) {
  std::vector<double> values;
  for (int i = 0; i < static_cast<int>(seconds * rate); ++i)
    for (int c = 0; c < channels; ++c) values.push_back(chirp(double(i) / rate, seconds) / (c + 1));
  return values;
}

// The largest error in the middle, in dB of full scale.
double error_db(const Sound &sound, int rate, double seconds, size_t channel = 0) {
  double largest = 1e-9;
  const size_t n = sound.frames(), channels = sound.channels;
  for (size_t i = n / 10; i < n - n / 10; ++i) {
    const double right = chirp(double(i) / rate, seconds) / double(channel + 1) * 32768;
    largest = std::max(largest, std::fabs(sound.samples[i * channels + channel] - right));
  }
  return 20 * std::log10(largest / 32768);
}

TEST(Resampled, sounds_are_what_a_microphone_of_that_rate_had_heard) {
  for (const int from : {48000, 44100, 22050, 96000, 32000}) {
    const Sound sound = parse_sound(
        wav_bytes(chirp_at(from, 1), {.rate = from, .bits = 32, .is_float = true}), "a.wav", 16000);
    EXPECT_EQ(sound.rate_hz, 16000);
    EXPECT_EQ(sound.file_rate_hz, from);
    EXPECT_EQ(sound.frames(), 16000u) << from;
    EXPECT_LT(error_db(sound, 16000, 1), -80) << from;
  }
}

TEST(Resampled, sounds_hold_no_tone_above_half_of_the_new_rate) {
  std::vector<double> tone;
  for (int i = 0; i < 48000; ++i) tone.push_back(0.5 * std::sin(2 * std::numbers::pi * 11000 * i / 48000));
  const Sound sound = parse_sound(wav_bytes(tone, {.rate = 48000, .bits = 24}), "a.wav", 16000);
  for (size_t i = 2000; i < 14000; ++i) ASSERT_LT(std::fabs(sound.samples[i]), 32768 * 1e-5) << i;
}

TEST(Resampled, channels_stay_apart) {
  const std::string bytes =
      wav_bytes(chirp_at(48000, 0.5, 7), {.channels = 7, .rate = 48000, .bits = 32, .is_float = true});
  const Sound sound = parse_sound(bytes, "a.wav", 16000);
  ASSERT_EQ(sound.channels, 7);
  EXPECT_EQ(sound.frames(), 8000u);
  for (size_t c = 0; c < 7; ++c) EXPECT_LT(error_db(sound, 16000, 0.5, c), -80) << c;
}

TEST(Resampled, values_do_not_depend_on_how_they_are_parted) {
  std::vector<float> values;
  for (double v : chirp_at(44100, 2)) values.push_back(static_cast<float>(v));
  const auto resampled_in_parts = [&](size_t part) {
    SensorValues out;
    Resampler r(44100, 16000, 1, "x");
    for (size_t at = 0; at < values.size(); at += part)
      r.push(values.data() + at, std::min(part, values.size() - at), out);
    r.finish(out);
    return out;
  };
  const SensorValues whole = resampled_in_parts(values.size());
  EXPECT_EQ(whole.size(), 32000u);
  EXPECT_EQ(resampled_in_parts(777), whole);
  EXPECT_EQ(resampled_in_parts(65536), whole);
}

TEST(Resampled, what_is_odd_is_no_crash) {
  const Sound one = parse_sound(wav_bytes({0.5}, {.rate = 48000}), "a.wav", 16000);
  EXPECT_LE(one.frames(), 1u);
  EXPECT_ERROR(parse_sound(wav_bytes({0.5, 0.5}, {.rate = 1}), "a.wav", 16000), "cannot be resampled from 1");
  EXPECT_ERROR(parse_sound(wav_bytes({}), "a.wav", 8000), "holds no samples");
  EXPECT_ERROR(
      parse_sound(wav_bytes({0, 3e38, -3e38}, {.rate = 48000, .bits = 32, .is_float = true}), "a.wav", 16000),
      "sample 2 is not a number that a sound can have");
  // the file's own rate: nothing is changed
  EXPECT_EQ(parse_sound(wav_bytes({0.5, 0.25}), "a.wav", 16000).samples, (SensorValues{16384, 8192}));
}

TEST(Resampled, files_of_a_set_are_counted_and_without_the_setting_refused_with_its_name) {
  const test::TempFolder folder;
  int n = 0;
  for (const int rate : {16000, 48000, 44100, 48000, 16000}) {
    const fs::path place = folder / (n % 2 == 0 ? "yes" : "no");
    fs::create_directories(place);
    write_file(place / ("s" + std::to_string(n++) + ".wav"), wav_bytes(chirp_at(rate, 0.25), {.rate = rate}));
  }
  const Recordings set = load_recordings(folder.text(), {.rate_hz = 16000, .is_resampled = true});
  ASSERT_EQ(set.items.size(), 5u);
  for (const Recording &r : set.items) EXPECT_EQ(r.rows, 4000);
  EXPECT_EQ(set.rate_hz, 16000);
  EXPECT_TRUE(test::says(set, "3 of 5 files are resampled from 44.1 kHz, 48 kHz to 16 kHz (data.resample)"))
      << test::said(set);
  EXPECT_TRUE(set.findings.empty()) << test::said(set);
  EXPECT_ERROR(load_recordings(folder.text(), {.rate_hz = 16000}), "data.resample = true");
  EXPECT_ERROR(load_recordings(folder.text(), {.is_resampled = true}), "onto which rate?");
  const Proposal proposal = propose_project({folder.text()}, "p");
  const Project project = parse_project(proposal.toml, "mote.toml", folder.text());
  EXPECT_TRUE(project.load.is_resampled);
  EXPECT_TRUE(project.load.rate_hz == 48000 || project.load.rate_hz == 16000) << project.load.rate_hz;
  // a file that is none in their middle
  write_file(folder / "yes" / "torn.wav", "RIFF");
  EXPECT_ERROR(load_recordings(folder.text()), "torn.wav: is no sound");
  EXPECT_ERROR(load_recordings(folder.text()), "data.skip_bad_files = true leaves such files out");
  for (const bool keep_going : {false, true}) {
    const Recordings rest = load_recordings(
        folder.text(), {.rate_hz = 16000, .is_resampled = true, .skip_bad_files = true}, keep_going);
    EXPECT_EQ(rest.items.size(), 5u);
    EXPECT_TRUE(test::says(rest, "torn.wav (data.skip_bad_files)")) << test::said(rest);
    ASSERT_EQ(rest.findings.size(), 1u);
    EXPECT_EQ(rest.findings[0].severity, Severity::kWarning);
  }
  for (int i = 0; i < 6; ++i) write_file(folder / "no" / ("torn" + std::to_string(i) + ".wav"), "");
  const std::string all = test::error_of([&] { load_recordings(folder.text()); });
  EXPECT_NE(all.find("7 of 12 files cannot be used: "), std::string::npos) << all;
  EXPECT_NE(all.find("torn4.wav and 2 more. "), std::string::npos) << all;
  fs::remove_all(folder / "no");
  fs::remove(folder / "yes" / "torn.wav");
  // without a rate they are read, and named
  EXPECT_TRUE(test::says(load_recordings(folder.text()), "is sampled at"));
}

TEST(BadFiles, of_tables_and_images_are_skipped_and_named) {
  const test::TempFolder folder;
  for (const char *name : {"a_1.csv", "a_2.csv", "b_1.csv"}) write_file(folder / name, "x,y\n1,2\n3,4\n");
  write_file(folder / "b_2.csv", "x,y\n1,2\nthree\n");
  write_file(folder / "b_3.csv", "x,y,z\n1,2,3\n4,5,6\n");
  EXPECT_ERROR(load_recordings(folder.text()), "b_2.csv:3");
  const Recordings set = load_recordings(folder.text(), {.skip_bad_files = true});
  EXPECT_EQ(set.items.size(), 3u);
  EXPECT_TRUE(test::says(set, "2 files that cannot be read are skipped: ")) << test::said(set);
  const test::TempFolder pictures;
  for (const char *name : {"a", "b"}) {
    fs::create_directories(pictures / name);
    write_file(pictures / name / "1.pgm", "P2\n2 1\n9\n0 9\n");
  }
  write_file(pictures / "b" / "2.pgm", "P2\n2 1\n9\n0");
  EXPECT_ERROR(load_recordings(pictures.text()), "2.pgm");
  EXPECT_EQ(load_recordings(pictures.text(), {.skip_bad_files = true}).items.size(), 2u);
}

TEST(Rates, of_tables_that_differ_are_named_or_brought_together) {
  const test::TempFolder folder;
  const auto table = [&](const std::string &name, int rows, double step) {
    std::string text = "t_s,x\n";
    for (int i = 0; i < rows; ++i)
      text += std::to_string(i * step) + "," + std::to_string(i * step * i) + "\n";
    write_file(folder / name, text);
  };
  table("a_1.csv", 101, 0.01);
  table("b_1.csv", 51, 0.02);
  EXPECT_TRUE(
      test::says(load_recordings(folder.text()), "is sampled at 50.0 Hz, the files before at 100.0 Hz"));
  const Recordings set = load_recordings(folder.text(), {.rate_hz = 100, .is_resampled = true});
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[1].rows, 101);
  EXPECT_TRUE(test::says(set, "1 of 2 files is resampled from 50 Hz to 100 Hz (data.resample)"))
      << test::said(set);
  EXPECT_FALSE(test::says(set, "is sampled at"));
}

TEST(ResampledTables, are_not_brought_to_what_would_fill_a_disk) {
  test::TempFolder folder;
  std::string text = "time,x\n";
  for (int i = 0; i < 50; ++i) text += fmt::format("{},{}\n", i * 0.01, i % 7);
  write_file(folder / "a_1.csv", text);
  EXPECT_ERROR(load_recordings(folder.text(), {.rate_hz = 1e9, .is_resampled = true}),
               "a_1.csv: would have 1e+07 rows for each of its own at data.rate_hz");
  EXPECT_EQ(load_recordings(folder.text(), {.rate_hz = 1e4, .is_resampled = true}).items.at(0).rows, 4901);
}

TEST(ResampledTables, name_the_line_of_a_recording_behind_a_gap) {
  test::TempFolder folder;
  std::string text = "# a remark\ntime,x\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("{},{}\n# {}\n", (i < 20 ? i : i + 100) * 0.01, i % 7, i);
  write_file(folder / "a_1.csv", text);
  const Recordings set = load_recordings(folder.text(), {.rate_hz = 100, .is_resampled = true});
  ASSERT_EQ(set.items.size(), 2u);
  EXPECT_EQ(set.items[0].first_line, 3);
  EXPECT_EQ(set.items[1].first_line, 43);
}

}  // namespace
}  // namespace mote
