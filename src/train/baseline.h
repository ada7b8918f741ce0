// What needs no network: the nearest of the classes' means, and a linear model, on what the network gets of
// the same windows. A network that is not better is not worth its flash.
//
// Numerics: double precision, every sum in one order for any number of threads.
#pragma once

#include <optional>

#include "base/threads.h"
#include "mote/model.h"
#include "mote/recordings.h"

namespace mote {

// Accuracies; of regressions mean absolute errors, and `means` answers the training windows' mean.
struct BaselineScore {
  double means = 0;
  std::optional<double> linear;  // nullopt: it would have cost too much
};

struct Baseline {
  std::optional<BaselineScore> val, test;  // of the parts that have windows
};

// nullopt: the inputs of the training windows are more than 50 MB, or the target is the input itself.
// `training_macs`: multiply-adds of the training, of which it may take a share; equal data, model and macs
// give equal scores.
std::optional<Baseline> baseline_of(const Model &model, const Splits &data, double training_macs,
                                    ThreadPool &pool);

}  // namespace mote
