// TrainExtension: a feature that takes part in a training and has a file of its own, as pruning, clustering
// and distillation have. What people set is TrainOptions; extensions are given beside it, in TrainHooks.
//
// The trainer calls them in the order in which they are given. With none, a training gives the same bits as
// without this file.
#pragma once

#include <cstdint>
#include <vector>

#include "base/threads.h"
#include "mote/train.h"

namespace mote {

// A batch before its step: x [rows, input], preprocessed and augmented.
struct StepInput {
  uint64_t step;  // from 0
  int rows;
  const float *x;
};

class TrainExtension {
 public:
  TrainExtension() = default;
  TrainExtension(const TrainExtension &) = delete;
  TrainExtension &operator=(const TrainExtension &) = delete;
  virtual ~TrainExtension() = default;

  // Once, before the first step: params[i] is graph.params[i], as it is now, and stays where it is. A
  // training that goes on restores the memory before.
  virtual void begin(const Graph &graph, const std::vector<float *> &params);
  // Before each step, when the batch is filled: a teacher works out its values here.
  virtual void before_step(const StepInput &input, ThreadPool &pool);
  // A further loss of one row of that batch, from what the loss of the targets works on (logits, or values).
  // Adds `scale` times its gradient to dx. Called for several rows at the same time.
  virtual double loss(int row, size_t outputs, const float *x, double scale, float *dx) const;
  // When the gradients of a step are there, before the optimizer moves the weights: gradients[i] is of
  // params[i], nullptr where none trains it. It may change both.
  virtual void before_update(const std::vector<float *> &gradients, const std::vector<float *> &params);
  // When the optimizer has moved the weights, which it may change: a pruned weight goes back to zero here.
  virtual void after_update(uint64_t step, const std::vector<float *> &params);
  // What it needs to go on as if the training had not been stopped. Kept with the state of the training.
  virtual std::vector<float> memory() const;
  virtual void restore(const std::vector<float> &memory);
};

class ForwardPass;

// Of a training, beside its options. All outlive it.
struct TrainHooks {
  ForwardPass *forward = nullptr;  // in place of the graph's own; it also validates
  std::vector<TrainExtension *> extensions = {};
};

// train() of mote/train.h, with hooks.
TrainedRun train(const Model &model, const Splits &data, const TrainOptions &options,
                 const TrainHooks &hooks);

}  // namespace mote
