// Scores of what was told of streams, against the events in them.
//
// A detection is a class, not that of rest, which was not what was told before; with a trigger, each answer.
// It finds an event of its class that has begun and ended no more than the tolerance ago. Each event is found
// once and each detection finds one, so that as many as possible are found.
//
// Units: rows of the model's rate; seconds and hours by that rate.
// Numerics: intervals are of 95 %; of a rate of false accepts Garwood 1936, of a share Wilson 1927.
// Errors: none. Ownership/Threads: values.
//
// Example:
//   // "jump" is told 5 rows after it began, and once more where nothing happened
//   const mote::JudgedStream judged = mote::judge_stream({{105, 0}, {130, -1}, {400, 0}}, {230, 0, 200},
//                                                        {{0, 100, 120}}, {false, true},
//                                                        mote::DecisionPolicy::kStream, 10);
//   std::cout << judged.detections.size() << " detections, "
//             << (judged.found_by[0] >= 0 ? "found" : "missed") << "\n";
//   std::cout << mote::poisson_interval(1).high << " at most\n";
#pragma once

#include <cstddef>
#include <vector>

#include "mote/decision.h"
#include "mote/evaluate.h"
#include "mote/test_stream.h"

namespace mote {

// 95 % interval of the mean of a Poisson variable of which so many came. Source: Garwood 1936.
Interval poisson_interval(size_t events);

struct StreamDetection {
  long row = 0;     // with which it is told
  int label = 0;    // of the model's labels
  int score = 0;    // of 256: the probability, averaged over `smoothing` windows, with which it is told
  long event = -1;  // that it finds; -1: none
  enum class Kind {
    kFound,
    kFalse,
    kOther,
    kAgain
  } kind = Kind::kFalse;  // kOther: within one of another class
};

// What came of a recording's events.
struct JudgedStream {
  std::vector<StreamDetection> detections;  // in order
  std::vector<long> found_by;               // of each event, its detection; -1: it was missed
};
// `told` and `scores` in order, `scores` those with which each was told; `events` in order of their
// beginning, none of a class of rest. `is_rest`: of each class. `tolerance`: rows behind an event in which it
// may still be told.
JudgedStream judge_stream(const std::vector<Told> &told, const std::vector<int> &scores,
                          const std::vector<StreamEvent> &events, const std::vector<bool> &is_rest,
                          DecisionPolicy policy, long tolerance);

struct StreamClassCount {
  size_t events = 0, found = 0;
  size_t false_accepts = 0;  // told where no event is
  size_t other = 0;          // told of events of another class
  size_t again = 0;          // told of an event that was found already
};
struct StreamScores {
  StreamClassCount all;
  std::vector<StreamClassCount> classes;  // of the model's
  std::vector<double> delays_s;           // from the beginning of each found event, in order of size
  double background_hours = 0;            // in no event nor within the tolerance of one

  double false_accepts_per_hour() const;
  Interval false_accepts_interval() const;  // an hour
  Interval found_interval() const { return wilson_interval(all.found, all.events); }
  double delay_s(
      double share) const;  // that this share of the found events does not exceed; 0: none was found
};

// A point of the curve: the same rule with another threshold.
struct StreamPoint {
  int threshold = 0;  // of 256
  size_t missed = 0, events = 0, false_accepts = 0;
  double false_accepts_per_hour = 0;
};

}  // namespace mote
