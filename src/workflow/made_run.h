// A training on its way to the folder of a run: what trainings and compressions share.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "mote/replay.h"
#include "mote/workflow.h"
#include "runs/claim.h"
#include "workflow/decide.h"

namespace mote {

// What a training is made of, before its first step.
struct PreparedRun {
  Model model;
  Splits splits;
  nlohmann::json record, data;
  std::string data_finding, group_finding;
  TrainOptions options;
  // Of models with a stream: which windows it has, what is told of them is tuned on, and is tested on.
  DecisionRule windows;
  TuningStream tuning;
  TestStream test;
  // In place of train() of these.
  std::function<TrainedRun(const PreparedRun &)> trainer = nullptr;
  // Written beside the others, asked for when the training is done.
  std::function<std::map<std::string, std::string>()> more_files = nullptr;
};

// All but the model. `from`: the run that it goes on from, or nullptr.
PreparedRun prepared_run(const Project &project, const Recordings &recordings, Splits splits,
                         const std::string &kind, const Run *from);
// With the project's network, or that of `from` to go on with. Errors: as train_run() has them before the
// time is spent.
PreparedRun prepared_training(const Project &project, const Recordings &recordings, Splits splits,
                              const Run *from);
// Trains, scores and writes the folder.
RunSummary finish_run(PreparedRun &p, const Project &project, const RunClaim &claim);

}  // namespace mote
