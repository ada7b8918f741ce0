// Batches of a training: windows augmented, preprocessed, masked and mixed as TrainOptions::augment says,
// with their targets. What an example becomes depends on (seed, epoch, example) alone.
#pragma once

#include <optional>
#include <vector>

#include "base/threads.h"
#include "data/augment.h"
#include "mote/train.h"
#include "train/training_inputs.h"
#include "train/training_windows.h"

namespace mote {

struct Batch {
  std::vector<float> x, values;  // targets are values or classes; of mixed examples both
  std::vector<int> classes;
};

// All that it is made from must outlive it. Threads: fill() may be called by several.
class BatchFiller {
 public:
  // `input`: of the network. Errors: as Augmenter.
  BatchFiller(const TrainOptions &options, const TrainingWindows &windows, const TrainingInputs &inputs,
              const Shape &input, int outputs, ThreadPool &pool);

  bool keeps_inputs() const { return !inputs_.empty(); }  // so that filling is a copy
  void make_room(Batch &batch, int rows) const;
  // One example into a row, with its target.
  void fill(Batch &to, int row, size_t example, int epoch) const;

 private:
  bool has_values() const;
  void input_of(size_t example, float *to) const;
  void augmented_input(size_t example, int epoch, float *x) const;
  void add_target(size_t example, float share, float *values) const;
  void mix(Batch &to, int row, size_t example, int epoch) const;

  const TrainOptions &o_;
  const TrainingWindows &windows_;
  const TrainingInputs &inputs_of_;
  const Shape input_;
  const size_t floats_;  // of one preprocessed window
  const int outputs_;
  std::optional<Augmenter> augmenter_;
  std::vector<float> inputs_;  // of all windows, if they are kept
};

}  // namespace mote
