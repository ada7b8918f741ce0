// TrainingLoop: a training that the caller drives, step by step, for orders of examples, schedules and
// stopping rules that train() does not have.
//
// Shapes: gradients() and weights() are one flat list of all parameters; those that statistics move (batch
// normalization) stand behind those that gradients train.
// Numerics: as train(); the same calls give the same bits for any number of threads.
// Ownership/Threads: keeps a copy of the model and a reference to the data, which must outlive it. Not for
// two threads at once; it has options.threads threads of its own.
// Errors: kShape when model and data do not fit; kInvalidArgument for a batch that is too large or names an
// example that there is not, and for a loss that is not finite.
//
// Example:
//   mote::TrainingLoop loop(model, data.train, {.batch = 8, .optimizer = mote::Sgd{0.05f}});
//   for (size_t first = 0; first + 8 <= data.train.size(); first += 8) {
//     const std::vector<size_t> batch = {first, first + 1, first + 2, first + 3,
//                                        first + 4, first + 5, first + 6, first + 7};
//     loop.compute(batch);
//     for (float &g : loop.gradients()) g *= 0.5f;
//     loop.update();
//   }
//   std::cout << loop.score(data.val).loss << "\n";
//   const mote::Model trained = loop.model();
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "mote/train.h"

namespace mote {

// Means over the examples. accuracy of classes; mae, the mean absolute error, of values.
struct StepScore {
  double loss = 0, accuracy = 0, mae = 0;
};

class TrainingLoop {
 public:
  // Draws the weights from options.seed and fits the preprocessing on the data, unless
  // options.is_fine_tuning. Of the options it uses batch, optimizer, loss, target, clip, seed, threads,
  // class_weights, balance_classes, normalize; what is left belongs to the caller. Errors: as train().
  TrainingLoop(const Model &model, const Dataset &data, const TrainOptions &options);
  ~TrainingLoop();
  TrainingLoop(TrainingLoop &&) noexcept;
  TrainingLoop &operator=(TrainingLoop &&) noexcept;

  // Forward, loss and gradients of these examples of the data, 1 to options.batch of them. Errors:
  // kInvalidArgument for another number or an example that there is not, and for a loss that is not finite.
  StepScore compute(std::span<const size_t> examples);
  std::span<float> gradients();  // of the last compute(), mean over its examples; may be changed
  void update();                 // clips the gradients and lets the optimizer take its step
  // Both.
  StepScore step(std::span<const size_t> examples);

  StepScore score(const Dataset &data);  // of the whole set; no gradients, dropout off. Errors: as train()
  void set_learning_rate(float rate);
  std::span<float> weights();
  Model model() const;  // as it is now

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mote
