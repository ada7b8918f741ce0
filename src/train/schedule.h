// Learning-rate schedules: a factor on the optimizer's rate for every step.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mote {

struct Schedule {
  std::string type = "constant";  // "step", "exponential" or "cosine"
  // step: times `factor` after every `every` epochs, at once; exponential: the same, smoothly; cosine: down
  // to `final` times the rate at the end of training.
  int every = 30;
  double factor = 0.1, final = 0.0;
  int warmup = 0;  // epochs in which the rate grows linearly from 0; the schedule begins behind them
};

std::vector<std::string> schedule_types();

// Of step `step` (from 0) in training of `epochs` epochs of `steps_per_epoch` steps. Gives the same bits on
// any machine.
double schedule_factor(const Schedule &schedule, uint64_t step, uint64_t steps_per_epoch, int epochs);

// Whether the factor of a step is another one in a training of more epochs.
bool depends_on_epochs(const Schedule &schedule);

}  // namespace mote
