// What is noted of a finished training beside its weights.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/train.h"
#include "train/network.h"
#include "train/training_windows.h"

namespace mote {

// `run` has its best epoch and whether it stopped early.
TrainingFacts facts_of(const TrainedRun &run, const Graph &graph, const TrainingWindows &trained,
                       size_t val_windows, const TrainOptions &o);

// The rows of TrainingProfile from what the network measured in steps of `rows` examples together.
std::vector<TrainingProfile::Row> profile_rows(const Graph &graph,
                                               const std::vector<Network::NodeTime> &times, uint64_t rows);

}  // namespace mote
