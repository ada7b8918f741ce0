// A stream's windows and what a model says of them, once, so that many rules of telling can be tried on them.
#pragma once

#include "mote/replay.h"

namespace mote {

struct ScoredStream {
  std::vector<long> rows;      // with which each window is whole
  std::vector<int8_t> scores;  // [windows, outputs]
  size_t outputs = 0;
  std::string precision;
};
template <class AnyModel>
ScoredStream score_stream(const AnyModel &model, const TestStream &stream, const DecisionRule &rule);
// Of rows [rows, channels of the model]. Errors: those of answers().
struct StreamRows {
  const float *values = nullptr;
  long rows = 0;
  double rate_hz = 0;
};
template <class AnyModel>
ScoredStream score_rows(const AnyModel &model, const StreamRows &stream, const DecisionRule &rule);

// What is told of scores of a model, and the preprocessing of either kind, without a copy.
StreamDecision decision_for(const Model &model, size_t outputs, const DecisionRule &rule);
StreamDecision decision_for(const IntegerProgram &program, size_t outputs, const DecisionRule &rule);
inline const Preprocessing &preprocessing_for(const Model &m) { return m.preprocessing; }
inline const Preprocessing &preprocessing_for(const IntegerProgram &p) { return p.front_end; }

// What is told of these windows; `decision` of the rule and the model.
Replay replay_of(const ScoredStream &scored, const TestStream &stream, const DecisionRule &rule, int window,
                 StreamDecision decision);

}  // namespace mote
