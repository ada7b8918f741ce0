// train(): from a model and data to a trained model and its history.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/augment.h"
#include "mote/recordings.h"
#include "mote/layer.h"
#include "train/callbacks.h"
#include "train/forward_pass.h"
#include "train/loss.h"
#include "train/optimizer.h"
#include "train/profile.h"
#include "train/schedule.h"
#include "train/state.h"

namespace mote {

// Called at the end of every epoch, before the next one. Return false to stop.
struct EpochEnd {
  const EpochRecord &record;
  const std::vector<EpochRecord> &history;  // up to and with record
  bool is_best;                             // of early_stopping.monitor so far
  std::function<Model()> model;             // as it is now
};
using Callback = std::function<bool(const EpochEnd &)>;

struct TrainOptions {
  static constexpr int kMostEpochs = 1000000, kLargestBatch = 65536;
  int epochs = 100;
  int batch = 16;
  Optimizer optimizer = Adam{};
  Loss loss = {};
  // kInput: the normalized window itself, which augmentation leaves as it was; kValues: Dataset::targets.
  ModelTarget target = ModelTarget::kClasses;
  Schedule schedule = {};  // of the learning rate
  GradientClip clip = {};
  uint64_t seed = 7;
  int threads = 0;                        // 0: all cores; the result does not depend on it
  std::vector<float> class_weights = {};  // one per class; empty: all 1
  bool balance_classes = false;           // class_weights = examples / (classes * examples of the class)
  std::string normalize = "channel";      // "channel", "feature" or "none"
  AugmentOptions augment = {};
  EarlyStopping early_stopping = {};
  ReduceLROnPlateau reduce_lr = {};
  std::vector<Callback> callbacks = {};
  // Goes on from the model's weights and keeps its preprocessing, instead of starting anew.
  bool is_fine_tuning = false;
  ForwardPass *forward = nullptr;  // in place of the graph's own; it also validates
  bool has_profile = false;        // measure where the time goes
  // Called between two steps when save_seconds have passed since the last time; 0: after every step.
  std::function<void(const TrainingState &)> save = nullptr;
  double save_seconds = 10;
  // Goes on from there, with the same model, data and options; the result is as if it had never stopped.
  std::shared_ptr<const TrainingState> resume = nullptr;
};

struct TrainedRun {
  Model model;
  std::vector<EpochRecord> history;
  int best_epoch = 0;  // whose weights the model holds
  bool stopped_early = false;
  TrainingProfile profile = {};  // if options.has_profile
};

// The model as training begins: weights drawn from the seed, preprocessing fitted on the examples.
Model untrained(const Model &model, const Dataset &examples, const TrainOptions &options);

// Errors: kShape when model and data do not fit, kInvalidArgument, kDataFormat; a loss that is not finite
// names the epoch, the step and the layer.
TrainedRun train(const Model &model, const Splits &data, const TrainOptions &options = {});

// What the curves say, in a sentence or two: over- or underfitting and what to try; "" when nothing stands
// out.
std::string judge_history(const std::vector<EpochRecord> &history);

}  // namespace mote
