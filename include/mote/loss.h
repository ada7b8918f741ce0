// Loss functions, with the definitions of Keras 3: the mean over the outputs of an example, and over the
// examples of a batch.
//
//   categorical cross-entropy   -log softmax(x)[class]              one output per class
//   binary cross-entropy        -log sigmoid(x), -log(1 - sigmoid)  one output for two classes, or per class
//   mse, mae                    mean (x - t)^2, mean |x - t|        values
//   huber                       (x - t)^2 / 2 up to huber_delta, beyond it huber_delta (|x - t| - huber_delta
//   / 2)
//
// Shapes: targets are a class for each example, or its values [outputs].
// Units: values as the model gives them; an autoencoder's are normalized.
// Errors: numbers out of their range, and a loss that does not fit the target, are kInvalidArgument when the
// training begins. Ownership/Threads: plain values.
//
// Example:
//   mote::TrainOptions options;
//   options.loss = {.type = mote::LossType::kCategoricalCrossentropy, .label_smoothing = 0.1};
#pragma once

#include "mote/names.h"

namespace mote {

enum class LossType { kCategoricalCrossentropy, kBinaryCrossentropy, kMse, kMae, kHuber };

struct Loss {
  LossType type = LossType::kCategoricalCrossentropy;
  // Cross-entropies only. Smoothing s: the target 1 - s + s / classes for the true class and s / classes for
  // the others (binary: 1 - s / 2 and s / 2).
  double label_smoothing = 0;
  // Factor (1 - p)^gamma on the loss of a target met with probability p; 0: off. Not beside label smoothing.
  // Source: Lin et al. 2017, equation 4.
  double focal_gamma = 0;
  double huber_delta = 1;  // where Huber's loss turns from a parabola into a line

  bool is_regression() const {
    return type == LossType::kMse || type == LossType::kMae || type == LossType::kHuber;
  }
};

const NameTable<LossType> &loss_names();  // "mse" and so on
// Errors: kInvalidArgument for settings out of range or that exclude each other.
void check(const Loss &loss);

}  // namespace mote
