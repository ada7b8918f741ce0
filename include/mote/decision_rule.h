// DecisionRule: what a device makes of a stream of rows: which of them become windows, and what is told of
// their scores. A model carries it, push() of the exported C and `mote predict` follow it.
//
// Policies: `trigger`, where an event opens a window and gets one answer; `stream`, where windows follow each
// other at a hop, for events anywhere and for states that last.
// Units: rows; a threshold of 256ths of a probability; an onset in the units of its gains.
// Ownership/Threads: a plain value.
// Errors: none here; the readers of models refuse a rule that does not fit its program.
//
// Example:
//   mote::DecisionRule rule{.policy = mote::DecisionPolicy::kTrigger, .stride = 119, .smoothing = 1};
//   rule.onset = {.weights = {1, 1, 1}, .threshold = 2.5f};  // |aX| + |aY| + |aZ| of 2.5 g
//   rule.pre_roll = 6;
#pragma once

#include <string>
#include <vector>

#include "mote/names.h"

namespace mote {

enum class DecisionPolicy { kStream, kTrigger };
inline const NameTable<DecisionPolicy> &decision_policy_names() {
  static const NameTable<DecisionPolicy> kNames(
      {{"stream", DecisionPolicy::kStream}, {"trigger", DecisionPolicy::kTrigger}});
  return kNames;
}

// A row is an onset when the sum of |value - level| * weight over the channels reaches the threshold and that
// of the row before did not.
struct OnsetRule {
  static constexpr int kFixedLevel = -1, kMostLevelShift = 12;

  std::vector<float> weights = {};  // one per channel; 0: it is not listened to
  float threshold = 0;
  // The level is 0, or goes 1 / 2^shift of the way to each row: the resting level.
  int level_shift = kFixedLevel;
  bool operator==(const OnsetRule &) const = default;
};

struct DecisionRule {
  DecisionPolicy policy = DecisionPolicy::kStream;
  int stride = 0;      // rows from window to window of a stream
  int smoothing = 3;   // windows of a stream whose probabilities are averaged
  int threshold = 0;   // of 256: the average that a class must reach; 0: every window is answered
  int debounce = 1;    // windows of a stream that must have the same answer before it is told
  int refractory = 0;  // rows behind an event in which nothing is told
  int pre_roll = 0;    // of a trigger: rows of the window before the onset; less than the window
  int rest = -1;       // the class that is no event; -1: there is none
  OnsetRule onset = {};
  std::string reason = {};  // why it is so, in words

  // false: nobody has chosen one yet.
  bool is_set() const { return stride > 0; }
  bool operator==(const DecisionRule &) const = default;
};

// What a project says of the rule. What it leaves open is chosen on validation streams.
enum class WantedPolicy { kAuto, kTrigger, kStream };
inline const NameTable<WantedPolicy> &wanted_policy_names() {
  static const NameTable<WantedPolicy> kNames({{"auto", WantedPolicy::kAuto},
                                               {"trigger", WantedPolicy::kTrigger},
                                               {"stream", WantedPolicy::kStream}});
  return kNames;
}
enum class WantedLevel { kAuto, kFixed, kResting };
inline const NameTable<WantedLevel> &wanted_level_names() {
  static const NameTable<WantedLevel> kNames(
      {{"auto", WantedLevel::kAuto}, {"fixed", WantedLevel::kFixed}, {"resting", WantedLevel::kResting}});
  return kNames;
}
struct DecisionSettings {
  static constexpr int kChosen = -1;

  WantedPolicy policy = WantedPolicy::kAuto;
  int hop = kChosen, smoothing = kChosen, debounce = kChosen;  // of a stream: rows, windows, windows
  double threshold = kChosen;                                  // probability
  int refractory = kChosen, pre_roll = kChosen;                // rows
  double onset = kChosen;                                      // in the units of the channels
  WantedLevel level = WantedLevel::kAuto;
  std::vector<std::string> channels = {};  // that are listened to; empty: chosen
};

}  // namespace mote
