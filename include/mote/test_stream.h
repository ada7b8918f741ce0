// TestStream: recordings strung together with rest between them, as a device would meet them.
//
// Units: rows. Numerics: the order and the rests are drawn from the seed; the same on every machine.
// Errors: none. Ownership/Threads: values.
//
// Example:
//   const mote::Recordings recordings = mote::load_recordings("data/", {.window = 119});
//   const mote::TestStream stream = mote::string_together(recordings, {0, 1, 2});
//   std::cout << stream.events.size() << " events in " << stream.rows << " rows\n";
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

struct StreamEvent {
  int label = 0;
  long first = 0, last = 0;  // rows, the last one not included
  int group = 0;             // events of one person, say, are of one number
};

// Recordings in a drawn order with rest between them.
struct TestStream {
  std::vector<std::string> labels, channels;
  double rate_hz = 0;         // 0: not known
  std::vector<float> values;  // [rows, channels]
  long rows = 0;
  std::vector<StreamEvent> events;
  std::string group_kind;  // of what events are: "group", "speaker"; "recording": each stands for itself
  long rest_rows = 0;
  std::vector<bool> is_rest;  // per label: it stands for nothing having happened, and is no event
  std::string rest_from;      // in words: recorded rest, or the quiet parts of the recordings
};

// Whether a class stands for nothing having happened, by its name: rest, idle, background, unknown ...
bool is_rest_class(const std::string &label);
// The same of a class of a detector, whose rest is "normal" alone, or of another model.
bool is_rest_of(bool is_detector, const std::string &label);
const std::vector<std::string> &rest_class_names();

// `which`: indices of recordings; those of rest become the rest between the others.
// Without an event the stream is empty. It ends with the event by which it has some 16 million values, or
// `most_events`.
TestStream string_together(const Recordings &recordings, const std::vector<size_t> &which, uint64_t seed = 7,
                           size_t most_events = SIZE_MAX);

}  // namespace mote
