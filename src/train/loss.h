// The loss of an example and its gradient; definitions: mote/loss.h.
#pragma once

#include <cstddef>

#include "mote/dataset.h"
#include "mote/loss.h"

namespace mote {

// What an example should give: a class (one output per class, or one output for two classes), or values.
// kNoClass: all of them equally likely, as if its label were smoothed wholly (Hendrycks et al. 2019, "Deep
// anomaly detection with outlier exposure").
struct Target {
  int truth = kNoClass;
  const float *values = nullptr;  // one per output; of the categorical cross-entropy probabilities
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

}  // namespace mote
