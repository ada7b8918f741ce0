// Generated recordings in the layout of public sets: how many, what they are called, and that they are what
// they say, by a transform written from its formula.
#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <map>
#include <numbers>

#include "data/fan_motion.h"
#include "data/hand_picture.h"
#include "data/sound.h"
#include "data/voice.h"
#include "test_support.h"

namespace mote {
namespace {

std::map<std::string, std::string> synthesized(const std::string &kind, const SynthOptions &options) {
  std::map<std::string, std::string> files;
  const SynthCount count =
      synthesize(kind, options, [&](const SynthFile &f) { files.emplace(f.path, f.content); });
  EXPECT_EQ(count.files, files.size()) << "a name twice";
  return files;
}

// The amplitude of a frequency in samples.
double amplitude_at(double hz, double rate_hz, const std::vector<double> &x) {
  std::complex<double> sum = 0;
  for (size_t i = 0; i < x.size(); ++i)
    sum += x[i] * std::polar(1.0, -2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz);
  return 2 * std::abs(sum) / static_cast<double>(x.size());
}

TEST(SynthKinds, have_the_files_of_the_public_sets) {
  const SynthOptions two{.seed = 1, .persons = 2, .recordings = 1};
  const std::map<std::string, std::pair<size_t, std::string>> kExpected = {
      {"gestures", {6, "person_2/punch.csv"}},
      {"keywords", {24, "_silence_/1.wav"}},
      {"digits", {20, "9_person2_0.wav"}},
      {"fan", {8, "fan_0_low_1_weight/0100.csv"}},
      {"signs", {20, "7/IMG_1107.JPG"}}};
  for (const std::string &kind : synth_kinds()) {
    const auto files = synthesized(kind, two);
    EXPECT_EQ(files.size(), kExpected.at(kind).first) << kind;
    EXPECT_EQ(files.count(kExpected.at(kind).second), 1u) << kind;
    EXPECT_EQ(files, synthesized(kind, two)) << kind;
    EXPECT_NE(files.begin()->second,
              synthesized(kind, {.seed = 2, .persons = 2, .recordings = 1}).begin()->second);
  }
}

TEST(SynthKinds, refuse_what_has_no_number_left) {
  EXPECT_NE(test::error_of([] { synthesized("waves", {}); }).find("there is no kind 'waves'"),
            std::string::npos);
  EXPECT_NE(test::error_of([] { synthesized("signs", {.persons = 91}); }).find("persons must be 1 .. 90"),
            std::string::npos);
  EXPECT_NE(test::error_of([] { synthesized("fan", {.recordings = 101}); }).find("recordings 1 .. 100"),
            std::string::npos);
}

TEST(SynthKinds, have_as_many_recordings_as_are_usual) {
  for (const std::string &kind : synth_kinds())
    EXPECT_GT(synthesized(kind, {.persons = 1, .recordings = usual_recordings(kind)}).size(), 2u) << kind;
  EXPECT_EQ(usual_recordings("gestures"), SynthOptions{}.recordings);
  EXPECT_EQ(usual_recordings("signs"), 10);
}

TEST(SynthKinds, a_weight_on_a_blade_wobbles_once_a_turn) {
  constexpr double kTurns = 2.5, kWeight = 0.02;
  constexpr int kRows = 4000;
  std::map<double, double> wobble;
  for (const double weight : {0.0, kWeight}) {
    std::vector<double> x;
    for (const auto &row : fan_rows({kTurns, weight}, 3, 0, kRows, Random(1))) x.push_back(row[0]);
    for (double hz = 0.9 * kTurns; hz < 1.1 * kTurns; hz += 0.005)
      wobble[weight] = std::max(wobble[weight], amplitude_at(hz, kFanRate, x));
  }
  EXPECT_NEAR(wobble[kWeight] - wobble[0], kWeight, 0.1 * kWeight);
  EXPECT_LT(wobble[0], 0.5 * wobble[kWeight]);
}

// A sound that hisses, and a vowel: where most of what is heard lies.
TEST(SynthKinds, six_begins_with_a_hiss_and_goes_on_with_a_vowel) {
  constexpr double kRate = 16000;
  const std::vector<float> six = Voice(1, 0).say("six", kRate, Random(2));
  const auto centre = [&](double from_s, double to_s) {
    const std::vector<double> part(six.begin() + static_cast<long>(from_s * kRate),
                                   six.begin() + static_cast<long>(to_s * kRate));
    double sum = 0, weighted = 0;
    for (double hz = 100; hz < 8000; hz += 50) {
      const double power = std::pow(amplitude_at(hz, kRate, part), 2);
      sum += power;
      weighted += power * hz;
    }
    return weighted / sum;
  };
  EXPECT_GT(centre(0.05, 0.10), 4000);
  EXPECT_LT(centre(0.18, 0.22), 2500);
  EXPECT_GT(six.size(), static_cast<size_t>(0.3 * kRate));
  EXPECT_LT(six.size(), static_cast<size_t>(1.0 * kRate));
}

TEST(SynthKinds, every_word_fits_a_second_and_sixteen_bits) {
  for (int person = 0; person < 3; ++person)
    for (const std::string &word : voice_words()) {
      const std::vector<float> said = Voice(7, person).say(word, 8000, Random(3));
      EXPECT_LT(said.size(), 8000u) << word;
      for (const float s : said) ASSERT_LT(std::fabs(s), 32768.0f) << word;
    }
}

TEST(SynthKinds, five_fingers_cover_more_than_a_fist) {
  const auto covered = [](int sign) {  // of the upper half, by the colour of the wall
    const Image image = hand_picture(sign, 100, 5, 2, Random(4));
    const Image again = parse_image(format_jpeg(image), "written", 3);
    EXPECT_EQ(again.width, 100);
    int count = 0;
    for (size_t i = 0; i < 40u * 100; ++i) count += std::abs(again.pixels[3 * i + 2] - again.pixels[2]) > 40;
    return count;
  };
  EXPECT_LT(covered(0) + 100, covered(1));
  EXPECT_LT(covered(1) + 300, covered(5));
}

}  // namespace
}  // namespace mote
