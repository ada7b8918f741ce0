// Recordings of generators in the layout of public sets, whose projects in examples/ read either: Speech
// Commands (keywords), the Free Spoken Digit Dataset (digits), a ceiling fan (fan), the Sign Language Digits
// Dataset (signs).
//
// What is recorded is data/voice.cpp, data/fan_motion.cpp and data/hand_picture.cpp; gestures are
// synth.cpp's.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "data/fan_motion.h"
#include "data/hand_picture.h"
#include "data/voice.h"
#include "data/wav.h"
#include "mote/synth.h"

namespace mote {

namespace {

constexpr uint64_t kKindsStream = 0x4B494E44;  // "KIND"
using TakeFile = std::function<void(const SynthFile &file)>;

Random stream_of(const SynthOptions &o, int person, size_t label, int n) {
  return Random(o.seed, {kKindsStream, static_cast<uint64_t>(person), label, static_cast<uint64_t>(n)});
}

std::string wav_of(const std::vector<float> &samples, double rate_hz) {
  return format_wav(samples.data(), samples.size(), 1, rate_hz).bytes;
}

// A word somewhere in a second of a quiet room; one that does not fit is cut.
std::vector<float> in_a_second(const Voice &voice, const std::string &word, Random random) {
  constexpr double kRate = 16000;
  constexpr size_t kSamples = 16000;
  std::vector<float> samples = voice.room(kSamples, random);
  if (word.empty()) return samples;
  const std::vector<float> said = voice.say(word, kRate, random);
  const size_t length = std::min(said.size(), kSamples);
  const size_t start = random.below(kSamples - length + 1);
  for (size_t i = 0; i < length; ++i) samples[start + i] += said[i];
  return samples;
}

void keywords(const SynthOptions &o, const TakeFile &take) {
  const std::vector<std::string> words = {"down", "go",    "left", "no", "off",
                                          "on",   "right", "stop", "up", "yes"},
                                 others = {"bed", "bird", "cat", "house", "tree"};
  for (int person = 0; person < o.persons; ++person) {
    const Voice voice(o.seed, person);
    const auto hash =
        static_cast<uint32_t>(Random(o.seed, {kKindsStream, static_cast<uint64_t>(person)}).bits());
    for (int n = 0; n < o.recordings; ++n) {
      const auto add = [&](const std::string &path, const std::string &word, size_t label) {
        take({path, wav_of(in_a_second(voice, word, stream_of(o, person, label, n)), 16000)});
      };
      for (size_t w = 0; w < words.size(); ++w)
        add(fmt::format("{}/{:08x}_nohash_{}.wav", words[w], hash, n), words[w], w);
      const std::string &other = others[static_cast<size_t>(n) % others.size()];
      add(fmt::format("_unknown_/{}_{:08x}_nohash_{}.wav.wav", other, hash, n), other, words.size());
      add(fmt::format("_silence_/{}.wav", person * o.recordings + n), "", words.size() + 1);
    }
  }
}

void digits(const SynthOptions &o, const TakeFile &take) {
  constexpr double kRate = 8000;
  const std::array<const char *, 10> words = {"zero", "one", "two",   "three", "four",
                                              "five", "six", "seven", "eight", "nine"};
  for (int person = 0; person < o.persons; ++person) {
    const Voice voice(o.seed, person);
    for (size_t digit = 0; digit < words.size(); ++digit)
      for (int n = 0; n < o.recordings; ++n) {
        const Random random = stream_of(o, person, digit, n);
        std::vector<float> samples = voice.say(words[digit], kRate, random);
        const std::vector<float> room = voice.room(samples.size(), random);
        for (size_t i = 0; i < samples.size(); ++i) samples[i] += room[i];
        take({fmt::format("{}_person{}_{}.wav", digit, person + 1, n), wav_of(samples, kRate)});
      }
  }
}

void fan(const SynthOptions &o, const TakeFile &take) {
  constexpr int kRows = 200, kOfADay = 100;
  struct Kind {
    const char *name;
    FanState state;
  };
  constexpr Kind kKinds[] = {{"fan_0_low_0_weight", {2.2, 0}},
                             {"fan_0_low_1_weight", {2.2, 0.06}},
                             {"fan_0_med_0_weight", {3.6, 0}},
                             {"fan_0_off_0_weight", {0, 0}}};
  for (int day = 0; day < o.persons; ++day)
    for (size_t k = 0; k < std::size(kKinds); ++k)
      for (int n = 0; n < o.recordings; ++n) {
        std::string text;
        for (const auto &row : fan_rows(kKinds[k].state, o.seed, day, kRows, stream_of(o, day, k, n)))
          text += fmt::format("{:.6f}\n", fmt::join(row, ", "));
        take({fmt::format("{}/{:04}.csv", kKinds[k].name, day * kOfADay + n), std::move(text)});
      }
}

void signs(const SynthOptions &o, const TakeFile &take) {
  constexpr int kSize = 100, kFirst = 1000, kOfAPerson = 100, kSigns = 10;
  for (int person = 0; person < o.persons; ++person)
    for (int n = 0; n < o.recordings; ++n)
      for (int sign = 0; sign < kSigns; ++sign) {
        const int number = kFirst + person * kOfAPerson + n * kSigns + sign;
        take({fmt::format("{}/IMG_{}.JPG", sign, number),
              format_jpeg(hand_picture(sign, kSize, o.seed, person,
                                       stream_of(o, person, static_cast<size_t>(sign), n)))});
      }
}

void gestures(const SynthOptions &o, const TakeFile &take) {
  for (const SynthFile &file : synth_gestures(o)) take(file);
}

struct Generator {
  const char *name;
  void (*make)(const SynthOptions &options, const TakeFile &take);
  int most_persons, most_recordings;
  bool are_files;  // each recording is one
};
constexpr Generator kGenerators[] = {{"gestures", gestures, 1000, 10000, false},
                                     {"keywords", keywords, 1000, 1000, true},
                                     {"digits", digits, 1000, 1000, true},
                                     {"fan", fan, 99, 100, true},
                                     {"signs", signs, 90, 10, true}};

const Generator &generator_of(const std::string &kind) {
  const auto *const g = std::find_if(std::begin(kGenerators), std::end(kGenerators),
                                     [&](const Generator &known) { return known.name == kind; });
  if (g == std::end(kGenerators))
    throw Error(ErrorCode::kInvalidArgument, "synth", fmt::format("there is no kind '{}'", kind),
                fmt::format("there are {}", fmt::join(synth_kinds(), ", ")));
  return *g;
}

}  // namespace

std::vector<std::string> synth_kinds() {
  std::vector<std::string> kinds;
  for (const Generator &g : kGenerators) kinds.emplace_back(g.name);
  return kinds;
}

int usual_recordings(const std::string &kind) {
  return std::min(SynthOptions{}.recordings, generator_of(kind).most_recordings);
}

SynthCount synthesize(const std::string &kind, const SynthOptions &o, const TakeFile &take) {
  const Generator &g = generator_of(kind);
  if (o.persons < 1 || o.persons > g.most_persons || o.recordings < 1 || o.recordings > g.most_recordings)
    throw Error(ErrorCode::kInvalidArgument, "synth",
                fmt::format("of {} persons must be 1 .. {} and recordings 1 .. {}", kind, g.most_persons,
                            g.most_recordings));
  SynthCount count;
  g.make(o, [&](const SynthFile &file) {
    ++count.files;
    take(file);
  });
  const size_t in_each = g.are_files ? 1 : static_cast<size_t>(o.recordings);
  count.recordings = count.files * in_each;
  return count;
}

}  // namespace mote
