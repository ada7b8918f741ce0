// The decision over a stream of windows, as push() of the exported C makes it: the class whose probability,
// averaged over the last windows, is the largest, if that average is high enough.
//
// Shapes: scores are the outputs of one window, [outputs].
// Units: probabilities as int8 of scale 1/256 and zero point -128; one output is that of the second of two
// classes.
// Numerics: mote_decide_s8 of runtime/, which the exported stream.c calls, too.
// Errors: none. Ownership/Threads: keeps the scores of the last windows; not for two threads at once.
//
// Example:
//   mote::StreamDecision decision(q, {.smoothing = 3, .threshold = 154});
//   mote::HostProgram host(q);
//   std::vector<int8_t> scores(host.predict_bytes());
//   for (size_t i = 0; i < data.test.size(); ++i) {
//     host.predict(data.test.example(i), scores.data());
//     const int now = decision.next(scores.data());
//     std::cout << (now == mote::StreamDecision::kUnknown ? "unknown" : q.labels[now]);
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mote/program.h"

namespace mote {

struct DecisionRule {
  int stride = 0;     // rows from window to window, of whoever cuts the windows
  int smoothing = 3;  // windows
  int threshold = 0;  // of 256: the average that a class must reach; 0: every window is answered
};

class StreamDecision {
 public:
  static constexpr int kUnknown = -1;  // no class is likely enough

  // For scores that are not of a program, `outputs` of them for each window.
  StreamDecision(size_t outputs, const DecisionRule &rule);
  StreamDecision(const IntegerProgram &program, const DecisionRule &rule);

  // Of the next window. Returns a class or kUnknown.
  int next(const int8_t *scores);
  void reset();  // a new recording begins

 private:
  DecisionRule rule_;
  size_t outputs_;
  int boundary_;                // of a single output
  std::vector<int8_t> scores_;  // [smoothing, outputs], a ring
  size_t windows_ = 0;
};

// Whether its outputs are probabilities of classes, which can be averaged and compared with a threshold.
bool has_probabilities(const IntegerProgram &program);

}  // namespace mote
