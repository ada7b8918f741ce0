// Whether model, data and options of a training belong together.
#pragma once

#include <vector>

#include "mote/train.h"
#include "train/training_windows.h"

namespace mote {

// Errors: kShape, kInvalidArgument, kDataFormat, as train() documents them.
void check_fit(const Model &model, const Dataset &train, const Dataset &val, const TrainOptions &options);

// Errors: kInvalidArgument where a step of so many examples normalizes over a single value per channel.
void check_step(const Graph &graph, size_t examples);

// One factor per class, or none: those of the options, or balanced ones.
std::vector<float> class_weights_of(const TrainOptions &options, const TrainingWindows &train);

}  // namespace mote
