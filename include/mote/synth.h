// Recordings made by a generator, for trying mote out. They are synthetic: a model trained on them knows
// nothing about real people.
//
// Ownership/Threads: files are made in memory, one after the other; the caller writes them.
// Errors: kInvalidArgument for an unknown kind, and for numbers of persons or recordings beyond those of a
// kind, which the sentence says.
//
// Example:
//   for (const mote::SynthFile &file : mote::synth_gestures({.seed = 7, .persons = 3, .recordings = 8}))
//     std::cout << file.path << ": " << file.content.size() << " bytes\n";
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mote {

struct SynthOptions {
  uint64_t seed = 7;
  int persons = 5;
  int recordings = 12;  // per person and class; of signs at most 10
};

struct SynthFile {
  std::string path;  // relative: "person_1/punch.csv"
  std::string content;
};

struct SynthCount {
  size_t files = 0, recordings = 0;
};

std::vector<std::string> synth_kinds();
// For who has no wish: 12, or as many as a kind has.
int usual_recordings(const std::string &kind);

// Of a kind, in the layout of a public set, which the projects in examples/ read as they read that set:
//   gestures  person_1/punch.csv: synth_gestures()
//   keywords  yes/HASH_nohash_0.wav, as Speech Commands: ten words, _unknown_ (other words) and _silence_; a
//             second of 16 kHz each, HASH the speaker's. A voice is pulses and noise through resonators.
//   digits    0_person1_0.wav, as the Free Spoken Digit Dataset: zero to nine, 8 kHz, as long as said
//
//   fan       fan_0_low_0_weight/0000.csv, as an accelerometer on a ceiling fan writes them: off, low, low
//             with a weight on a blade, medium; 200 rows of x, y, z in g at 200 Hz without a header;
//             `persons` are days, on which the sensor hangs otherwise: files 0000 .. 0099 are of the first
//
//   signs     0/IMG_1000.JPG, as the Sign Language Digits Dataset: 100 x 100 pictures of a hand that shows a
//             digit; numbers 1000 .. 1099 are of the first person
SynthCount synthesize(const std::string &kind, const SynthOptions &options,
                      const std::function<void(const SynthFile &file)> &take);

// Three classes (punch, flex, idle) of 119 rows aX..aZ in g and gX..gZ in deg/s at 119 Hz, columns as
// the capture sketch of `mote init` has them. A forearm with an IMU: a punch is a minimum-jerk thrust and
// return of the hand, a flex a minimum-jerk rotation about the elbow, idle a resting hand. Each person has a
// reach, a speed, a way to wear the sensor and a tremor; gravity turns with the arm; the sensor adds noise,
// bias and clips at 4 g and 2000 deg/s. Punch and flex are cut out of a longer signal by the rule of the
// capture sketch: the onset is in the twelfth row. A movement too gentle for it is done again, with more
// effort. Of idle every row is recorded.
// Shapes: a file is rows of six columns, aX to gZ. Units: g and degrees per second, 119 rows a second.
std::vector<SynthFile> synth_gestures(const SynthOptions &options);

}  // namespace mote
