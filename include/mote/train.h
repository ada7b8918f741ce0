// train(): from a model and data to a trained model and its history. One step at a time:
// mote/training_loop.h.
//
// Numerics: float32 with every sum in a fixed order; the same seed gives the same bits for any number of
// threads and on any instruction set. Ownership/Threads: options and data are only read; train() starts
// `threads` threads and returns when they are done. Callbacks run on the caller's thread.
//
// Example:
//   auto run = mote::train(model, data, {.epochs = 200, .batch = 16, .optimizer = mote::Adam{1e-3f}, .seed =
//   7,
//                                        .early_stopping = {.patience = 20}});
//   std::cout << run.history.back().val_accuracy << " in epoch " << run.best_epoch << "\n";
//   std::shared_ptr<const mote::TrainingState> stopped;
//   mote::TrainOptions options = {.epochs = 3};
//   options.save_seconds = 0;
//   options.save = [&](const mote::TrainingState &state) { stopped = mote::kept(state); };
//   mote::train(model, data, options);
//   run = mote::train(model, data, {.epochs = 3, .resume = stopped});  // goes on
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mote/augment.h"
#include "mote/evaluate.h"
#include "mote/loss.h"
#include "mote/model.h"
#include "mote/optimizer.h"
#include "mote/recordings.h"

namespace mote {

struct LayerOutputRange {
  std::string layer;
  ValueRange range;
};

struct EpochRecord {
  int epoch = 0;  // from 1
  double loss = 0, accuracy = 0, val_loss = 0, val_accuracy = 0;
  double learning_rate = 0, seconds = 0;
  double mae = 0, val_mae = 0;  // mean absolute error, of regressions, which have no accuracy
  bool is_regression = false;
  bool is_fit =
      false;  // of a model that was fitted in one go: loss and val_loss are mean scores, and there is no more
  bool has_validation = true;  // false: there were no validation windows, and val_* say nothing
  // The smallest and largest output of each layer in this epoch's training batches, with dropout and the
  // batch's own statistics. Of the last layer before a softmax or sigmoid that the loss takes in; without
  // layers that only change the shape or that the ReLU layer behind them takes in. Empty in
  // quantization-aware training.
  std::vector<LayerOutputRange> ranges = {};
  double val_stream =
      std::numeric_limits<double>::quiet_NaN();  // of TrainOptions::judge_stream; NaN: not asked
  // Errors: kInvalidArgument for an unknown name, and for val_stream where it was not asked. Without
  // validation, that of training for another val_ name.
  double value(const std::string &monitor) const;
};
std::vector<std::string> monitor_names();

// Stops when `monitor` has not improved by more than min_delta for `patience` epochs. Source: Keras 3.
struct EarlyStopping {
  int patience = 0;  // 0: off
  double min_delta = 0;
  bool restore_best = true;  // weights of the best epoch at the end of training
  std::string monitor = "val_loss";
  int start_from_epoch = 0;  // epochs that are left out: neither the best nor waited for
};

// Multiplies the learning rate by `factor` after `patience` epochs without improvement. Source: Keras 3.
struct ReduceLROnPlateau {
  int patience = 0;  // 0: off
  double factor = 0.1, min_delta = 1e-4, min_rate = 0;
  int cooldown = 0;
  std::string monitor = "val_loss";
};

// Called at the end of every epoch, before the next one. Return false to stop. What it throws ends the
// training and comes out of train(). See csv_log() and checkpoint() of mote/report.h.
struct EpochEnd {
  const EpochRecord &record;
  const std::vector<EpochRecord> &history;  // up to and with record
  bool is_best;                             // of early_stopping.monitor so far
  std::function<Model()> model;             // as it is now
};
using Callback = std::function<bool(const EpochEnd &)>;

// Where a training is, called after every step and between those of the validation. Return false to stop at
// once: what was done goes to TrainOptions::save, and train() throws Error{kInterrupted}.
struct StepEnd {
  int epoch;
  size_t step, steps;  // done and in all, of the epoch
};
using StepCallback = std::function<bool(const StepEnd &)>;

// Where a training stands between two steps, in a form of mote's own. A program gets it by
// TrainOptions::save, keeps it with kept() and gives it to TrainOptions::resume of a later training in the
// same process; files of it are the program's (`mote train --resume`).
struct TrainingState;
// A copy that outlives the call of TrainOptions::save. Ownership/Threads: shared and never changed.
std::shared_ptr<const TrainingState> kept(const TrainingState &state);

// How others' answers count beside the targets (Hinton et al. 2015).
struct Teaching {
  double temperature = 2;  // that softens the answers
  double weight = 1;       // of their loss beside that of the targets
};

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
  // "channel", "feature", "none" or "given" (Dataset::given_mean); "" is "feature" of examples that are lists
  // of features, else "channel"
  std::string normalize = "";
  // Blocks between the window and the normalization, in order, with their settings; tables are computed by
  // the training. A rate that is not set is that of the data. Which there are: feature_blocks().
  std::vector<PreprocessingStep> features = {};
  // Told, between two of them, how many windows have their features, of how many; what it throws ends the
  // training.
  std::function<void(size_t done, size_t windows)> on_features = nullptr;
  AugmentOptions augment = {};
  // What the model as it is tells of a stream, the smaller the better: EpochRecord::val_stream, asked at the
  // end of each epoch where a monitor is "val_stream". What it throws ends the training.
  std::function<double(const Model &)> judge_stream = nullptr;
  EarlyStopping early_stopping = {};
  ReduceLROnPlateau reduce_lr = {};
  std::vector<Callback> callbacks = {};
  StepCallback on_step = nullptr;
  // Goes on from the model's weights and keeps its preprocessing, instead of starting anew.
  bool is_fine_tuning = false;
  bool has_profile = false;  // measure where the time goes
  // Called between two steps when save_seconds have passed since the last time; 0: after every step.
  // The state is the training's own and changes with the next step: kept() makes a copy.
  std::function<void(const TrainingState &)> save = nullptr;
  double save_seconds = 10;
  // Goes on from there, with the same model, data and options; the result is as if it had never stopped.
  std::shared_ptr<const TrainingState> resume = nullptr;
};

// Where the time of a training goes.
struct TrainingProfile {
  struct Row {
    std::string layer, op;
    double forward_s = 0, backward_s = 0;  // summed over the threads
    double flop = 0;                       // of both, over all steps: 2 per multiply-add
  };
  std::vector<Row> rows;  // in the order of the graph; without layers that take no time
  int threads = 0;
  uint64_t steps = 0;
  double feed_s = 0, step_s = 0, update_s = 0;  // wall time: filling batches; forward and backward; optimizer
  double peak_flops = 0;  // float32 operations per second of these threads; 0: not known

  double flop() const;
  double share_of_peak() const;  // of the steps; 0: not known
};
// Tables: by op, and the ten slowest layers.
std::string profile_text(const TrainingProfile &profile);

// What a judgement weighs beside the curves.
struct TrainingFacts {
  int kept_epoch = 0;        // 0: the last
  size_t val_windows = 0;    // 0: not known
  double largest_share = 0;  // of the training windows: of the largest class; 0: not known
  std::string largest_class = {};
  size_t classes = 0;  // that have training windows
  // 95 % of the kept epoch's accuracy, where windows depend on each other; without, each stands for itself.
  std::optional<Interval> val_interval = {};
  // What was tried, and is therefore no advice.
  bool has_augmentation = false, has_dropout = false, has_class_weights = false, has_early_stopping = false,
       stopped_early = false;
};

struct TrainedRun {
  Model model;
  std::vector<EpochRecord> history;
  int best_epoch = 0;  // whose weights the model holds
  bool stopped_early = false;
  TrainingProfile profile = {};  // if options.has_profile
  TrainingFacts facts = {};
};

// The model as training begins: weights drawn from the seed, preprocessing fitted on the examples.
Model untrained(const Model &model, const Dataset &examples, const TrainOptions &options);

// Errors: kShape when model and data do not fit, kInvalidArgument, kDataFormat; a loss that is not finite
// names the epoch, the step and the layer.
TrainedRun train(const Model &model, const Splits &data, const TrainOptions &options = {});

// What is legal and yet not what was meant, each in a sentence: a last batch of one example for batch
// normalization, early stopping on validation that there is not. Known before the first step.
std::vector<std::string> training_warnings(const Model &model, const Splits &data,
                                           const TrainOptions &options);

// What the curves say, in a sentence or two: over- or underfitting and what to try; "" when nothing stands
// out.
std::string judge_history(const std::vector<EpochRecord> &history, const TrainingFacts &facts = {});

}  // namespace mote
