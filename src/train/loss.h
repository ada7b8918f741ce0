// Loss functions, with the definitions of Keras 3: the mean over the outputs of an example, and over the
// examples of a batch.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/names.h"
#include "graph/op_def.h"

namespace mote {

struct Loss {
  LossType type = LossType::kCategoricalCrossentropy;
  // Cross-entropies only. Smoothing s: the target 1 - s + s / classes for the true class and s / classes for
  // the others (binary: 1 - s / 2 and s / 2).
  double label_smoothing = 0;
  // Factor (1 - p)^gamma on the loss of a target met with probability p; 0: off. Source: Lin et al. 2017. Not
  // beside label smoothing.
  double focal_gamma = 0;
  double huber_delta = 1;  // where Huber's loss turns from a parabola into a line

  bool is_regression() const {
    return type == LossType::kMse || type == LossType::kMae || type == LossType::kHuber;
  }
};

// What an example should give: a class (one output per class, or one output for two classes), or values.
struct Target {
  int truth = -1;                 // class; -1: values are given
  const float *values = nullptr;  // one per output
};

// Loss of one example from its outputs `x`: logits for the cross-entropies, values for the others. `dx`, if
// it is given, becomes scale times the gradient. A class counts as the values 0 and 1 where values are
// needed.
double example_loss(const Loss &loss, size_t outputs, const float *x, const Target &target, double scale,
                    float *dx);

double absolute_error(size_t outputs, const float *x, const float *target);  // mean over the outputs

// The class that outputs stand for: the largest, or of a single output whether it exceeds `threshold`.
template <class T>
int class_of(const T *outputs, size_t count, T threshold) {
  if (count == 1) return outputs[0] > threshold ? 1 : 0;
  size_t best = 0;
  for (size_t i = 1; i < count; ++i)
    if (outputs[i] > outputs[best]) best = i;
  return static_cast<int>(best);
}

const NameTable<LossType> &loss_names();  // "mse" and so on
// Errors: kInvalidArgument for settings out of range or that exclude each other.
void check(const Loss &loss);

}  // namespace mote
