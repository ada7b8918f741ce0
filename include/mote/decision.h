// Decisions over a stream of rows, as push() of the exported C makes them: which rows become windows, and
// what is told of their scores.
//
// Shapes: a row is [channels] in sensor units; scores are the outputs of one window, [outputs].
// Units: probabilities as int8 of scale 1/256 and zero point -128; one output is that of the second of two
// classes.
// Numerics: the C of runtime/mote_stream.h and mote_decide_s8, which the exported stream.c calls, too.
// Errors: none. Ownership/Threads: keep what the last rows left; not for two threads at once.
//
// Example:
//   const mote::DecisionRule rule{.stride = 50, .smoothing = 3, .threshold = 154};
//   mote::StreamDecision decision(q, rule);
//   mote::HostProgram host(q);
//   std::vector<int8_t> scores(host.predict_bytes());
//   for (size_t i = 0; i < data.test.size(); ++i) {
//     host.predict(data.test.example(i), scores.data());
//     const int now = decision.next(scores.data());
//     std::cout << (now < 0 ? "unknown" : q.labels[now]);
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mote/decision_rule.h"
#include "mote/program.h"

namespace mote {

// Which rows of a stream make windows.
class StreamWindows {
 public:
  StreamWindows(const DecisionRule &rule, int window, int channels);
  ~StreamWindows();
  StreamWindows(StreamWindows &&) noexcept;

  // Of the next row: the first row, counted from the start of the stream, of the window that is whole with
  // it.
  std::optional<long> next(const float *row);
  void reset();  // a new stream begins

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What is told of the scores of its windows.
class StreamDecision {
 public:
  static constexpr int kUnknown = -1;  // no class is likely enough
  static constexpr int kNothing = -2;  // nothing is told now

  // For scores that are not of a program, `outputs` of them for each window.
  StreamDecision(size_t outputs, const DecisionRule &rule);
  StreamDecision(const IntegerProgram &program, const DecisionRule &rule);

  // Of the next window. Returns a class, kUnknown or kNothing.
  int next(const int8_t *scores);
  void reset();  // a new stream begins

 private:
  DecisionRule rule_;
  size_t outputs_;
  int boundary_;                // of a single output
  std::vector<int8_t> scores_;  // [smoothing, outputs], a ring
  size_t windows_ = 0;
  struct {
    int answer = 0, times = 0, wait = 0;
  } told_;
};

// What push() returned of a row, where that was not kNothing.
struct Told {
  long row = 0;  // that has just come
  int answer = StreamDecision::kUnknown;
  bool operator==(const Told &) const = default;
};

// "the sum of |value - resting level| of aX, aY, aZ reaches 2.5": when a trigger opens a window.
std::string onset_text(const OnsetRule &onset, const std::vector<std::string> &channels);
// The rule in a sentence, with seconds where the rate is known (else 0).
std::string decision_text(const DecisionRule &rule, const std::vector<std::string> &channels, double rate_hz);

// Whether its outputs are probabilities of classes, which can be averaged and compared with a threshold.
bool has_probabilities(const IntegerProgram &program);

}  // namespace mote
