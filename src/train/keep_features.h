// Features of windows, computed once: kept in a folder between one training and the next, or in memory as
// long as this one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "features/window_features.h"
#include "mote/train.h"

namespace mote {

struct FeaturePlace {
  std::string folder = "";     // "": in memory
  bool computes_none = false;  // those of the folder, or none
  WindowsDone done = nullptr;
};

struct KeptFeatures {
  std::vector<std::shared_ptr<const WindowFeatures>> of;  // one for each set
  std::string note;  // why they are not in the folder, and what to do; "": they are
};

// Of windows that are alike once. The same values wherever they come from. Errors: kIo where memory needs a
// file that cannot be made.
KeptFeatures keep_features(const Preprocessing &blocks, const std::vector<const Dataset *> &sets,
                           const FeaturePlace &place, ThreadPool &pool);

// As a training of these options has them, with tables; no steps where there are no blocks to keep.
Preprocessing training_blocks(const Model &model, const Dataset &examples, const TrainOptions &options);

// Puts features beside the windows of each part, where there are blocks. Returns the note.
std::string keep_features(const Preprocessing &blocks, Splits &splits, const FeaturePlace &place,
                          ThreadPool &pool);

// What a training reads: the features that came with the parts, or computed in memory. Null where there are
// none to keep, or no room.
struct TrainingFeatures {
  std::shared_ptr<const WindowFeatures> train, stream, val;
};
TrainingFeatures training_features(const Model &model, const Splits &data, const TrainOptions &options,
                                   ThreadPool &pool);

// untrained() whose preprocessing is fitted on features that are there; nullptr: on windows.
Model untrained(const Model &model, const Dataset &examples, const TrainOptions &options,
                const WindowFeatures *features);

}  // namespace mote
