// Evaluation over streams: what a device tells of long recordings, against the events in them.
//
// A model that is right in 99 of 100 windows tells something false every 100 windows; what people meet is
// false accepts per hour, misses and delays. Recordings go row by row through the decision rule that push()
// of the exported C follows, with its front end and int8 network.
//
// What counts as found, missed and false: stream_scores.h.
//
// Uses nlohmann/json.
// Units: rows of the model's rate; seconds and hours by that rate. Intervals: 95 %; of a rate of false
// accepts Garwood 1936, of a share Wilson 1927.
// Memory: one file at a time; of the others the scores of their windows.
// Errors: those of load_recordings(); kDataFormat for marks outside a recording, values that are no number
// and streams shorter than a window, naming the file; kUnsupported for models without windows and classes.
// Ownership/Threads: values.
//
// Example:
//   const mote::Run run = mote::Run::open("", "wave");
//   mote::StreamRequest request;
//   request.streams = {"wave/data"};
//   request.has_no_events = true;
//   std::cout << mote::evaluate_streams(run, request).text();
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mote/device.h"
#include "mote/replay.h"
#include "mote/runs.h"
#include "mote/stream_scores.h"

namespace mote {

struct EvaluatedStream {
  std::string file;
  long line = 0, rows = 0;  // line 0: it is the first of its file, or the format has no lines
  std::vector<StreamEvent> events;
  JudgedStream judged;
  std::vector<Told> told;
};

struct StreamRequest {
  std::vector<std::string> streams;  // files and folders
  // Tables with file, start, end and label, or a label track; "": the track beside a file, or its label
  // column.
  std::string labels = "";
  bool has_no_events = false;              // whatever is told is false
  std::string precision = "";              // "float" or "int8"; "": int8 where there is such a model
  std::optional<double> tolerance_s = {};  // else half a window and what smoothing and debounce take

  // Chooses what is told anew, on these streams or, without any, on the run's validation recordings strung
  // together, and keeps it in the run.
  bool is_tuned = false;
  std::vector<std::string> tune_on = {};
  std::string tune_labels = "";
  std::optional<double> false_accepts_per_hour = {};  // else decision.false_accepts_per_hour, or 1

  std::string curve = "";    // .csv, .png or .svg: misses against false accepts
  std::string picture = "";  // .png or .svg: the recordings with probabilities and events
  std::string collect = "";  // a folder that gets false accepts and near misses as recordings
  double near_share = 0.7;   // of the threshold, from which something is a near miss
  // An emulated core that is given the same rows, and whose push() must tell the same; nullptr: none is.
  const Core *core = nullptr;
};

// What the rule was chosen on, and what it reached there.
struct StreamTuning {
  DecisionRule before, rule;
  std::string on;  // in words
  double allowed_per_hour = 0;
  bool is_met = false;
  size_t rules = 0;  // that were tried
  StreamScores scores;
};

struct StreamEvaluation {
  std::string precision;
  std::vector<std::string> labels, channels;
  std::vector<bool> is_rest;  // of the labels: stands for nothing having happened, and is no event
  DecisionRule rule;          // that was followed
  double rate_hz = 0, tolerance_s = 0, hours = 0;
  bool is_judged = false;  // events are known; else detections are listed and no more
  std::vector<EvaluatedStream> streams;
  StreamScores scores;
  std::vector<StreamPoint> curve;
  std::optional<StreamTuning> tuning;
  std::vector<std::string> collected;  // files that were written
  size_t near_misses = 0;
  std::vector<EmulatedReplay> emulated;  // of the streams one behind the other, some millions of values each
  std::vector<std::string> notes, reading;

  std::string text() const;  // tables for people
};
StreamEvaluation evaluate_streams(const Run &run, const StreamRequest &request);
nlohmann::json stream_json(const StreamEvaluation &evaluation);

}  // namespace mote
