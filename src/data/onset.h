// Where the event of a recording begins, and the rule that finds it best.
//
// For recordings of one event each. Who recorded them used some rule, or none; the device needs one. The rule
// that is looked for puts the onset at nearly the same row of every recording, so that its windows lie as
// those that the model is trained on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/decision_rule.h"
#include "mote/recordings.h"

namespace mote {

struct FittedOnset {
  OnsetRule rule;
  int pre_roll = 0;   // the usual row of the onset
  double missed = 0;  // share of the recordings without an onset
  double far = 0;     // share of those whose onset is more than window / 20 rows from the usual one
  double alarms = 0;  // share of the recordings of rest that have one
  double spread = 0;  // rows: mean distance from the usual one

  double cost(int window) const { return missed + far + alarms + 8 * spread / window; }
};

// Channels that are the axes of one sensor: "aX", "aY" and "aZ" are one group.
std::vector<std::vector<size_t>> axis_groups(const std::vector<std::string> &channels);

// What is not to be chosen.
struct WantedOnset {
  std::vector<std::string> channels = {};
  WantedLevel level = WantedLevel::kAuto;
  double threshold = -1;  // -1: to be chosen
};

// `events` and `rest`: indices of recordings. nullopt where no rule is better than none: fewer than three
// events, or values that are the same in all rows.
std::optional<FittedOnset> fit_onset(const Recordings &set, const std::vector<size_t> &events,
                                     const std::vector<size_t> &rest, const WantedOnset &wanted = {});

// The first row of the stretch of `count` rows that moves least, each channel in its deviation.
int quietest(const Recording &r, int count, const std::vector<float> &deviation);
// How far the channels of each row lie from where they are in the quietest twelfth of a window, each in its
// deviation; and how far those of that stretch do, on average.
struct RowMotion {
  std::vector<double> rows;
  double quiet = 0;
  // How much livelier a usual row is than a quiet one: some 20 for gestures, below 3 for levels with noise, 6
  // for walking.
  double contrast() const;
};
RowMotion motion_of(const Recording &r, int window, const std::vector<float> &deviation);
// One per channel, over all of these recordings, that of its group; 0 where all of the group are constant.
std::vector<float> deviation_of(const Recordings &set, const std::vector<size_t> &recordings);

}  // namespace mote
