// What a training is that belongs to a series (train_seeds.cpp): its run and its unfinished state say so.
#pragma once

#include "mote/workflow.h"
#include "runs/claim.h"

namespace mote {

// train_run(); `series`: the name of the series, or "".
RunSummary train_of_series(const Project &project, const Run *from, const BeforeTraining &before,
                           const std::string &series);
// resume_run() of the training that is claimed.
RunSummary resume_claimed(const Project &given, const RunClaim &claim, std::optional<int> epochs,
                          const BeforeTraining &before);

}  // namespace mote
