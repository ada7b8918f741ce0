// Chooses what is told of streams by false accepts first and recall second.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "train/stream_counts.h"
#include "workflow/replay.h"

namespace mote {

// A recording of the streams on which a rule is chosen.
struct TuningRecording {
  ScoredStream scored;
  std::vector<StreamEvent> events;  // in order of their beginning
  long rows = 0;
};
struct TuningSet {
  std::vector<TuningRecording> recordings;
  std::vector<bool> is_rest;  // of the model's classes
  double rate_hz = 0;         // known
  int window = 0;             // rows
  // Rows behind an event in which it may still be told, by whatever rule; else one that the slowest of them
  // needs, within half of the median gap between events.
  std::optional<long> tolerance = {};
};

// Rows behind an event in which it may still be told: until half of a window is behind it (all of one that a
// trigger opens), and what smoothing and debounce take.
long tolerance_of(const DecisionRule &rule, int window);

// What a model tells of one recording by this rule.
struct ToldStream {
  std::vector<Told> told;
  std::vector<int> scores;  // of each, the averaged probability of what is told, of 256
};
// `decision` of the rule and the model, at the beginning of a stream.
ToldStream told_of(const ScoredStream &scored, const DecisionRule &rule, StreamDecision decision);
// The averaged probability of a class at a window, of 256, as told_of() has it.
int score_at(const ScoredStream &scored, size_t window, int label, int smoothing);

struct ChosenRule {
  DecisionRule rule;
  StreamScores scores;  // by it
  bool is_met = false;  // there are no more false accepts an hour than are allowed
  size_t rules = 0;     // that were tried
};
// What `settings` say is not chosen otherwise. `decision`: as decision_for(model, outputs, rule).
using DecisionOf = std::function<StreamDecision(const DecisionRule &rule)>;
ChosenRule choose_by_false_accepts(const TuningSet &set, const DecisionSettings &settings,
                                   const DecisionRule &windows, double allowed_per_hour,
                                   const DecisionOf &decision);

}  // namespace mote
