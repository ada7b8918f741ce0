// Optimizers, limits on gradients, and the course of the learning rate.
//
// Units: a rate for each step; a schedule is laid over all steps of a training, warmup in epochs.
// Numerics: float32, each weight by itself, so that the order does not matter.
// Errors: none of their own; a rate at which the loss stops being a number ends the training with
// kInvalidArgument. Ownership/Threads: plain values without state; the moments belong to the training.
//
// Example:
//   mote::TrainOptions options;
//   options.optimizer = mote::AdamW{.learning_rate = 3e-3f};
//   options.schedule = {.type = "cosine", .warmup = 2};
//   options.clip = {.norm = 1};
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "mote/names.h"

namespace mote {

// m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= rate * (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + epsilon).
// Source: Kingma and Ba 2015, algorithm 1. Defaults as in Keras.
struct Adam {
  float learning_rate = 1e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-7f;
};

// v = momentum v - rate g; w += v, or with Nesterov w += momentum v - rate g. As in Keras.
struct Sgd {
  float learning_rate = 1e-2f, momentum = 0.0f;
  bool is_nesterov = false;
};

// Adam with w -= rate * weight_decay * w before each step. Source: Loshchilov and Hutter 2019; defaults as in
// Keras.
struct AdamW {
  float learning_rate = 1e-3f, weight_decay = 4e-3f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-7f;
};

// v = rho v + (1-rho) g^2; m = momentum m + rate g / sqrt(v + epsilon); w -= m. As in Keras.
struct RmsProp {
  float learning_rate = 1e-3f, rho = 0.9f, momentum = 0.0f, epsilon = 1e-7f;
};

using Optimizer = std::variant<Adam, Sgd, AdamW, RmsProp>;

float &learning_rate_of(Optimizer &optimizer);
const NameTable<Optimizer> &optimizer_names();  // with the defaults of each
const std::string &optimizer_name(const Optimizer &optimizer);

// Before the optimizer: every gradient to -value .. value; then all of them scaled down together if their
// Euclidean norm exceeds `norm`. 0: off.
struct GradientClip {
  float value = 0, norm = 0;
};
void clip(const GradientClip &limits, std::vector<float> &gradients);

// A factor on the optimizer's rate for every step.
struct Schedule {
  std::string type = "constant";  // "step", "exponential" or "cosine"
  // step: times `factor` after every `every` epochs, at once; exponential: the same, smoothly; cosine: down
  // to `final` times the rate at the end of training.
  int every = 30;
  double factor = 0.1, final = 0.0;
  int warmup = 0;  // epochs in which the rate grows linearly from 0; the schedule begins behind them
};

std::vector<std::string> schedule_types();

// Of step `step` (from 0) in training of `epochs` epochs of `steps_per_epoch` steps. Numerics: the same bits
// on any machine.
double schedule_factor(const Schedule &schedule, uint64_t step, uint64_t steps_per_epoch, int epochs);

// Whether the factor of a step is another one in a training of more epochs.
bool depends_on_epochs(const Schedule &schedule);

}  // namespace mote
