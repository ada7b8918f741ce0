// The training of a detector of anomalies: of its network, or of the numbers of one without; and the
// threshold.
#pragma once

#include <string>

#include "mote/detector.h"
#include "mote/project.h"

namespace mote {

// By which windows a threshold was chosen, and how it keeps to the false-alarm rate.
struct ChosenThreshold {
  double threshold = 0;
  bool is_validated = false;  // else there are no normal validation windows, and it is by those of training
  std::string text, finding;  // sentences; the second where the windows are too few, else ""
};

struct TrainedDetector {
  TrainedRun run;
  ChosenThreshold threshold;
};
// `autoencoder`: the network, of a detector that has one. Errors: as train().
TrainedDetector train_detector(const Model &autoencoder, const Splits &splits, const Project &project,
                               const TrainOptions &options);

// Of the float model, or of an int8 one, whose scores are rounded.
ChosenThreshold take_threshold(Model &detector, const Splits &splits, double false_alarms);
ChosenThreshold take_threshold(IntegerProgram &detector, const Splits &splits, double false_alarms);

}  // namespace mote
