// Replay: what a device would have told of recordings that follow each other with rest between them.
//
// Window accuracy says how often a window is told rightly that is cut as those of the training were. Nobody
// cuts windows on a device: its rows come one after the other. A replay strings recordings together in a
// drawn order, with one to two windows of rest between them, and sends the rows through the decision rule.
//
// Units: rows, and seconds or minutes where the rate is known.
// Numerics: the windows and decisions are made by the C of runtime/, as push() of an export makes them.
// Errors: those of answers(). Ownership/Threads: values.
//
// Example:
//   const mote::Recordings recordings = mote::load_recordings("data/", {.window = 119});
//   const mote::TestStream stream = mote::string_together(recordings, {0, 1, 2});
//   const mote::Replay replay = mote::replay(q, stream, q.front_end.decision);
//   std::cout << replay.text();
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mote/decision.h"
#include "mote/device.h"
#include "mote/evaluate.h"
#include "mote/test_stream.h"

namespace mote {

struct ReplayCount {
  size_t events = 0, found = 0, wrong = 0, missed = 0;
  // Of the 95 % interval of the share found; kWilson where each event stands for itself.
  IntervalMethod method = IntervalMethod::kWilson;
  Interval of_groups = {};  // where it is over groups
  Interval interval() const {
    return method == IntervalMethod::kWilson ? wilson_interval(found, events) : of_groups;
  }
  double share() const { return events == 0 ? 0 : static_cast<double>(found) / static_cast<double>(events); }
};

struct Replay {
  std::string precision;  // "float" or "int8"
  std::vector<std::string> labels;
  ReplayCount all;
  std::vector<ReplayCount> classes;  // per label; that of rest has none
  std::string over;                  // "5 groups, which are few": what the interval is of; "": of events
  size_t false_events = 0;           // told while nothing happened
  double rest_minutes = 0;           // 0: the rate is not known
  double most_false_per_minute = 0;  // the upper end of the 95 % interval (Garwood 1936)
  double delay_s = 0;                // from the beginning of an event until it is told, median; 0: not known
  std::string rest_from;
  size_t windows = 0;       // that the model was asked about
  std::vector<bool> found;  // of each event of the stream
  std::vector<Told> told;   // in order, without kNothing

  double false_per_minute() const {
    return rest_minutes > 0 ? static_cast<double>(false_events) / rest_minutes : 0;
  }
  std::string text() const;  // a table for people
  std::string line() const;  // the same in one sentence
};

// What push() of the exported C told of the same rows on an emulated core.
struct EmulatedReplay {
  std::string core;  // "Arm Cortex-M4F"
  long rows = 0;
  std::vector<Told> told;
  double instructions_per_row = 0;
  long most_instructions = 0;  // of one row

  std::string line() const;  // in one sentence
};

// What is told of a window: a label, "UNKNOWN", or null of nothing.
nlohmann::json decision_json(int decision, const std::vector<std::string> &labels);
nlohmann::json emulated_json(const EmulatedReplay &replay, const std::vector<std::string> &labels);

// `rows`: [rows, channels]; before those of `beginnings` a new stream begins. `desk`: what was told of them
// here; `where`: whose rows they are; `is_streaming`: as ExportCOptions. Errors: kDataFormat, naming the
// first row of which the core does not tell the same; those of push_on_core().
EmulatedReplay replay_on_core(const IntegerProgram &program, const DecisionRule &rule, const Core &core,
                              const std::vector<float> &rows, const std::vector<int32_t> &beginnings,
                              const std::vector<Told> &desk, const std::string &where,
                              bool is_streaming = false);

nlohmann::json replay_json(const Replay &replay);

// An event is found when the class that is told most often from its beginning until half a window behind its
// end is its own. What else is told is a false event, however long it is told without a pause.
Replay replay(const Model &model, const TestStream &stream, const DecisionRule &rule);
Replay replay(const IntegerProgram &program, const TestStream &stream, const DecisionRule &rule);

}  // namespace mote
