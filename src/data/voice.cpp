// Pulses and noise through three resonators in a row (Klatt 1980, Software for a cascade/parallel formant
// synthesizer), whose frequencies go from sound to sound. Those of vowels: Peterson, Barney 1952, men; of
// other sounds: round figures near Klatt's table. Sines and exponentials are of base/math.h, so samples are
// the same on every machine.
#include "data/voice.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/math.h"

namespace mote {

namespace {

constexpr double kTwoPi = 6.28318530717958647692;

struct SpeechSound {
  std::array<double, 3> formant_hz;
  double voice, noise, noise_hz, seconds;  // how much of either source; noise_hz: where it is loud
};

using Spelling = std::vector<const char *>;

const std::map<std::string, SpeechSound> &speech_sounds() {
  static const std::map<std::string, SpeechSound> kSounds = {
      {"iy", {{270, 2290, 3010}, 1, 0, 0, .16}},     {"ih", {{390, 1990, 2550}, 1, 0, 0, .10}},
      {"eh", {{530, 1840, 2480}, 1, 0, 0, .14}},     {"ae", {{660, 1720, 2410}, 1, 0, 0, .16}},
      {"ah", {{640, 1190, 2390}, 1, 0, 0, .14}},     {"aa", {{730, 1090, 2440}, 1, 0, 0, .16}},
      {"ao", {{570, 840, 2410}, 1, 0, 0, .16}},      {"uh", {{440, 1020, 2240}, 1, 0, 0, .10}},
      {"uw", {{300, 870, 2240}, 1, 0, 0, .15}},      {"er", {{490, 1350, 1690}, 1, 0, 0, .15}},
      {"w", {{290, 610, 2150}, .7, 0, 0, .07}},      {"y", {{260, 2070, 3020}, .7, 0, 0, .06}},
      {"r", {{310, 1060, 1380}, .7, 0, 0, .07}},     {"l", {{310, 1050, 2880}, .7, 0, 0, .07}},
      {"n", {{270, 1400, 2500}, .4, 0, 0, .08}},     {"z", {{240, 1400, 2500}, .3, .3, 5500, .09}},
      {"v", {{220, 1100, 2080}, .4, .1, 3500, .07}}, {"s", {{320, 1400, 2500}, 0, .6, 5500, .13}},
      {"f", {{340, 1100, 2080}, 0, .15, 3500, .12}}, {"th", {{320, 1300, 2500}, 0, .12, 4500, .10}},
      {"h", {{500, 1500, 2500}, 0, .12, 1500, .06}}, {"-", {{300, 1500, 2500}, 0, 0, 0, .05}},
      {"p", {{400, 1100, 2150}, 0, .4, 900, .02}},   {"b", {{200, 900, 2100}, .4, .1, 900, .04}},
      {"t", {{400, 1600, 2600}, 0, .6, 4200, .03}},  {"d", {{200, 1600, 2600}, .4, .3, 4200, .03}},
      {"k", {{300, 1900, 2500}, 0, .6, 2000, .03}},  {"g", {{200, 1900, 2500}, .4, .3, 2000, .03}}};
  return kSounds;
}

const std::map<std::string, Spelling> &spellings() {
  static const std::map<std::string, Spelling> kWords = {{"zero", {"z", "ih", "r", "ao", "uh"}},
                                                         {"one", {"w", "ah", "n"}},
                                                         {"two", {"-", "t", "uw"}},
                                                         {"three", {"th", "r", "iy"}},
                                                         {"four", {"f", "ao", "r"}},
                                                         {"five", {"f", "aa", "iy", "v"}},
                                                         {"six", {"s", "ih", "-", "k", "s"}},
                                                         {"seven", {"s", "eh", "v", "ah", "n"}},
                                                         {"eight", {"eh", "iy", "-", "t"}},
                                                         {"nine", {"n", "aa", "iy", "n"}},
                                                         {"yes", {"y", "eh", "s"}},
                                                         {"no", {"n", "ao", "uh"}},
                                                         {"up", {"ah", "-", "p"}},
                                                         {"down", {"d", "aa", "uh", "n"}},
                                                         {"left", {"l", "eh", "f", "-", "t"}},
                                                         {"right", {"r", "aa", "iy", "-", "t"}},
                                                         {"on", {"aa", "n"}},
                                                         {"off", {"ao", "f"}},
                                                         {"stop", {"s", "-", "t", "aa", "-", "p"}},
                                                         {"go", {"-", "g", "ao", "uh"}},
                                                         {"bed", {"b", "eh", "-", "d"}},
                                                         {"cat", {"-", "k", "ae", "-", "t"}},
                                                         {"tree", {"-", "t", "r", "iy"}},
                                                         {"house", {"h", "aa", "uh", "s"}},
                                                         {"bird", {"b", "er", "-", "d"}}};
  return kWords;
}

// y = a x + b y1 + c y2 with the gain 1 at 0 Hz (Klatt 1980, eq. 1).
class Resonator {
 public:
  void tune(double hz, double width_hz, double rate_hz) {
    double sine, cosine;
    exact_sincos(kTwoPi * std::min(hz, 0.45 * rate_hz) / rate_hz, &sine, &cosine);
    const double radius = exact_exp(-kTwoPi / 2 * width_hz / rate_hz);
    c_ = -radius * radius;
    b_ = 2 * radius * cosine;
    a_ = 1 - b_ - c_;
  }
  double next(double x) {
    const double y = a_ * x + b_ * last_ + c_ * before_;
    before_ = last_;
    last_ = y;
    return y;
  }

 private:
  double a_ = 1, b_ = 0, c_ = 0, last_ = 0, before_ = 0;
};

// One utterance, sample after sample.
class Utterance {
 public:
  Utterance(const VoiceOwner &owner, double rate_hz, Random random)
      : owner_(owner), rate_hz_(rate_hz), random_(random) {
    pitch_ = owner.pitch_hz * (0.92 + 0.16 * random_.uniform());
    speed_ = owner.speed * (0.88 + 0.24 * random_.uniform());
  }

  std::vector<float> say(const Spelling &word) {
    std::vector<float> samples;
    state_ = speech_sounds().at(word[0]);
    state_.voice = state_.noise = 0;
    for (const char *sound : word) add(speech_sounds().at(sound), samples);
    SpeechSound quiet = state_;
    quiet.voice = quiet.noise = 0;
    quiet.seconds = 0.05;
    add(quiet, samples);
    return samples;
  }

 private:
  // A sound is neared, not reached at once: by so much in a block.
  void near(const SpeechSound &to) {
    constexpr double kStep = 0.22;
    const auto nearer = [](double &value, double goal) { value += kStep * (goal - value); };
    for (size_t k = 0; k < 3; ++k) nearer(state_.formant_hz[k], to.formant_hz[k]);
    nearer(state_.voice, to.voice);
    nearer(state_.noise, to.noise);
    nearer(state_.noise_hz, to.noise_hz > 0 ? to.noise_hz : state_.noise_hz);
  }

  void add(const SpeechSound &sound, std::vector<float> &samples) {
    constexpr double kBlock = 0.004;  // s
    constexpr std::array<double, 3> kWidths = {70, 100, 150};
    const auto blocks = static_cast<int>(sound.seconds / speed_ / kBlock) + 1;
    const auto length = static_cast<int>(kBlock * rate_hz_);
    for (int block = 0; block < blocks; ++block) {
      near(sound);
      for (size_t k = 0; k < 3; ++k)
        formants_[k].tune(state_.formant_hz[k] * owner_.tract, kWidths[k], rate_hz_);
      hiss_.tune(state_.noise_hz * owner_.tract, 1200, rate_hz_);
      pitch_ *= 0.998;  // which falls towards the end of a word
      for (int i = 0; i < length; ++i) samples.push_back(static_cast<float>(next()));
    }
  }

  double next() {
    constexpr double kPulse = 60, kHiss = 0.6;
    const double noise = random_.normal();
    cycle_ += pitch_ / rate_hz_;
    double pulse = 0;
    if (cycle_ >= 1) {
      cycle_ -= 1;
      pulse = kPulse;
    }
    glottis_ += 0.12 * (pulse - glottis_);  // a pulse is no spike
    double voiced = state_.voice * (glottis_ + 0.02 * noise);
    for (Resonator &formant : formants_) voiced = formant.next(voiced);
    return voiced + kHiss * hiss_.next(state_.noise * noise);
  }

  VoiceOwner owner_;
  double rate_hz_;
  Random random_;
  double pitch_, speed_, cycle_ = 0, glottis_ = 0;
  SpeechSound state_ = {};
  std::array<Resonator, 3> formants_;
  Resonator hiss_;
};

}  // namespace

Voice::Voice(uint64_t seed, int person) {
  constexpr uint64_t kVoiceStream = 0x564F4943;  // "VOIC"
  Random r(seed, {kVoiceStream, static_cast<uint64_t>(person)});
  const double size = r.uniform();  // of the head: high voices have high resonances
  owner_ = {95 + 110 * size + 10 * r.normal(), 0.96 + 0.2 * size + 0.02 * r.normal(),
            0.85 + 0.3 * r.uniform(), 3000 + 6000 * r.uniform(), 0.003 + 0.02 * r.uniform()};
}

std::vector<float> Voice::say(const std::string &word, double rate_hz, Random random) const {
  const auto spelling = spellings().find(word);
  if (spelling == spellings().end()) throw InternalError("no spelling of " + word);
  std::vector<float> samples = Utterance(owner_, rate_hz, random).say(spelling->second);
  float largest = 1e-6f;
  for (const float s : samples) largest = std::max(largest, std::max(s, -s));
  const double gain = owner_.loudness * (0.7 + 0.6 * random.uniform()) / static_cast<double>(largest);
  for (float &s : samples) s *= static_cast<float>(gain);
  return samples;
}

std::vector<float> Voice::room(size_t samples, Random random) const {
  std::vector<float> noise(samples);
  double low = 0;
  for (float &s : noise) {
    const double white = random.normal();
    low += 0.1 * (white - low);  // rooms are louder at low frequencies
    s = static_cast<float>(owner_.loudness * owner_.room * (0.5 * white + 2 * low));
  }
  return noise;
}

std::vector<std::string> voice_words() {
  std::vector<std::string> words;
  for (const auto &[word, spelling] : spellings()) words.push_back(word);
  return words;
}

}  // namespace mote
