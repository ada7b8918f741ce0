// A training once more, from what the record of its run says.
#pragma once

#include <optional>
#include <string>

#include "mote/workflow.h"

namespace mote {

struct RetrainRequest {
  std::string into;                // the folder of the new run, which must not be there
  std::optional<Run> parent = {};  // whose weights the run began with, or of which it was compressed
  std::vector<Callback> callbacks = {};
  StepCallback on_step = nullptr;
  std::function<void(const TrainOptions &options)> before = nullptr;
};

// The run's own recordings and parts, settings and seeds. Errors: kUnsupported of a cross-validation; as
// load_own_data() and train_run().
RunSummary retrain(const Run &run, const RetrainRequest &request);

// Its int8 model, made of the float model of `made` as quantize.json says it was made of the run's; false:
// the record does not say. Writes into `made`.
bool requantize(const Run &run, const Run &made, const StepCallback &on_step);

}  // namespace mote
