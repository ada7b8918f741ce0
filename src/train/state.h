// TrainingState: a training between two steps. One that goes on from it gives the same bits as one that was
// never stopped: all random streams are named by seed, epoch, example and step, so that none has a state of
// its own.
#pragma once

#include <cstdint>
#include <vector>

#include "train/callbacks.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace mote {

struct TrainingState {
  int epoch = 1;         // at work, from 1
  uint64_t batches = 0;  // of it that are done
  uint64_t steps = 0;    // in all
  StepResult total;      // of these batches
  std::vector<float> weights;
  OptimizerState::Memory optimizer;
  float learning_rate = 0;  // before the schedule
  PlateauMemory stopping{}, reduce{};
  std::vector<EpochRecord> history;  // of the epochs before
  int best_epoch = 0;
  std::vector<float> best;              // its weights, if early stopping will restore them
  std::vector<ValueRange> ranges = {};  // of all layers: for each epoch of the history, and these batches
  std::vector<std::vector<float>> extensions = {};  // what each of them keeps
};

}  // namespace mote
