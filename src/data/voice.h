// A simulated speaker: words as the noises of a source in a row of resonators.
//
// For trying the tools; results on it say nothing about people.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"

namespace mote {

// What differs between persons.
struct VoiceOwner {
  double pitch_hz, tract, speed, loudness,
      room;  // tract: a factor on resonances; room: noise, of the loudness
};

class Voice {
 public:
  Voice(uint64_t seed, int person);
  // Samples in units of 16 bits. Words: those of voice_words(). Another one is an InternalError.
  std::vector<float> say(const std::string &word, double rate_hz, Random random) const;
  // What a microphone hears while nobody speaks.
  std::vector<float> room(size_t samples, Random random) const;

 private:
  VoiceOwner owner_;
};

std::vector<std::string> voice_words();

}  // namespace mote
