// The decision rule of a model: what the project says of it, and the rest chosen on its recordings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "mote/project.h"
#include "mote/replay.h"

namespace mote {

// Whether there is a stream to decide on: windows of time, and classes.
bool has_stream(ModelTarget target, const Recordings &recordings);

// Onset and windows from the training recordings (no model is asked): policy, onset, pre-roll, refractory
// time, hop, which begins windows at frames of the features where these come at hops of their own. Errors:
// kInvalidArgument naming the setting that does not fit the recordings.
DecisionRule fitted_windows(const DecisionSettings &settings, const Recordings &recordings,
                            const Parts &parts, const std::vector<PreprocessingStep> &features = {});

// The recordings of a part ('t', 'v', 'x').
std::vector<size_t> recordings_of(const Parts &parts, char letter);

// The same without recordings, for a model that others trained: `set` has window, channels and rate alone.
// What the project leaves open of smoothing and threshold is as DecisionRule has it, and a half. Errors:
// kInvalidArgument for a trigger, whose onset is learned from recordings, and for a hop beyond the window.
DecisionRule windows_without_recordings(const DecisionSettings &settings, const Recordings &set,
                                        const std::vector<PreprocessingStep> &features = {});

// Gives the splits of a model with the policy `stream` more to train on: windows of its training recordings
// strung together. Of recordings of one event each three for every window that they have of their own, since
// those all begin alike, and at least 256; of longer ones one. Where no class stands for rest, half as many
// again of made rest. None where there is no class of rest and no quiet stretch in the recordings: what lies
// between states is made of them, and would be taught to be none of them.
void add_stream_windows(Splits &splits, const Recordings &recordings, const DecisionRule &windows,
                        uint64_t seed);

// What the telling is tuned on: the validation recordings strung together, or, where there are none of
// events, those of the training.
struct TuningStream {
  TestStream stream;
  bool is_validated = false;
};
TuningStream tuning_stream(const Recordings &recordings, const Parts &parts, const DecisionRule &windows);
// The recordings of a part strung together: so many events that asking the model about their windows does not
// take the time of an epoch. A trigger asks once for each, a stream some twenty times.
TestStream stream_of_part(const Recordings &recordings, const Parts &parts, char part,
                          const DecisionRule &windows);

// What is told of these windows, chosen so that the replay of the stream goes well.
// Errors: kInvalidArgument where false accepts an hour are allowed and the rate is not known.
DecisionRule tuned_rule(const Model &model, const Project &project, const DecisionRule &windows,
                        const TuningStream &on);
DecisionRule tuned_rule(const IntegerProgram &program, const Project &project, const DecisionRule &windows,
                        const TuningStream &on);

// What EpochRecord::val_stream is: the false accepts of a model on the stream beyond those that are allowed
// (of decision.false_accepts_per_hour, or 1), rounded up, and the share of the events that it misses, by the
// rule that is best for it: false accepts first, recall second. Errors: kInvalidArgument where there is no
// event to find, or the rate is not known.
double stream_cost(const Model &model, const Project &project, const DecisionRule &windows,
                   const TuningStream &on);

// What a model with the policy `stream` lacks for it, in a sentence; "" where nothing.
std::string judge_rest(const DecisionRule &rule);

// Why a replay is far below the accuracy of windows, and what to change; "" where it is not.
std::string replay_advice(const Replay &replay, double accuracy, const DecisionRule &rule);

}  // namespace mote
