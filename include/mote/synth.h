// Recordings made by a generator, for trying mote out. They are synthetic: a model trained on them knows
// nothing about real people.
//
// Ownership/Threads: files are made in memory; the caller writes them.
// Shapes: a file is rows of six columns, aX to gZ. Units: g and degrees per second, 119 rows a second.
// Errors: kInvalidArgument for persons beyond 1 .. 1000 or recordings beyond 1 .. 10000.
//
// Example:
//   for (const mote::SynthFile &file : mote::synth_gestures({.seed = 7, .persons = 3, .recordings = 8}))
//     std::cout << file.path << ": " << file.content.size() << " bytes\n";
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mote {

struct SynthOptions {
  uint64_t seed = 7;
  int persons = 5;
  int recordings = 12;  // per person and class
};

struct SynthFile {
  std::string path;  // relative: "person_1/punch.csv"
  std::string content;
};

// Three classes (punch, flex, idle) of 119 rows aX..aZ in g and gX..gZ in deg/s at 119 Hz, columns as
// the capture sketch of `mote init` has them. A forearm with an IMU: a punch is a minimum-jerk thrust and
// return of the hand, a flex a minimum-jerk rotation about the elbow, idle a resting hand. Each person has a
// reach, a speed, a way to wear the sensor and a tremor; gravity turns with the arm; the sensor adds noise,
// bias and clips at 4 g and 2000 deg/s. Punch and flex are cut out of a longer signal by the rule of the
// capture sketch: the onset is in the twelfth row. A movement too gentle for it is done again, with more
// effort. Of idle every row is recorded.
std::vector<SynthFile> synth_gestures(const SynthOptions &options);

}  // namespace mote
