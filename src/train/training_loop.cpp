// TrainingLoop: the planned step of train() without its epochs. Order, schedule and stopping are the
// caller's; for those of Keras see train.cpp.
#include "mote/training_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "features/preprocessing.h"
#include "train/check_fit.h"
#include "train/held_weights.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace mote {

namespace {

StepScore mean_of(const StepResult &sums, size_t examples) {
  const double n = examples;
  return {sums.loss_sum / n, sums.correct / n, sums.absolute_error_sum / n};
}

Model prepared(const Model &model, const Dataset &data, const TrainOptions &options) {
  check_fit(model, data, data, options);
  return options.is_fine_tuning ? model : untrained(model, data, options);
}

}  // namespace

struct TrainingLoop::State {
  State(const Model &given, const Dataset &set, const TrainOptions &o)
      : options(o),
        data(set),
        model(prepared(given, set, o)),
        pool(o.threads > 0 ? o.threads : hardware_threads()),
        front_end(model.preprocessing),
        inputs(output_shape(model.preprocessing).elements()),
        network(model.graph, o.batch, o.seed, pool, {.loss = o.loss}),
        optimizer(o.optimizer, network.gradients().size()),
        class_weights(class_weights_of(o, TrainingWindows(set))) {
    held.begin(model.graph, network.params());
  }

  // Puts an example into a row of the next call, its target into `classes` or `values`.
  void fill(const Dataset &set, size_t example, size_t row) {
    float *x = network.input() + row * inputs;
    front_end.apply(set.example(example), x);
    if (options.target == ModelTarget::kClasses) {
      classes[row] = set.classes[example];
      return;
    }
    const size_t outputs = values.size() / rows();
    const float *from = options.target == ModelTarget::kInput ? x : set.targets.data() + example * outputs;
    std::copy_n(from, outputs, values.data() + row * outputs);
  }
  Targets targets() const {
    return options.target == ModelTarget::kClasses ? Targets{classes.data(), nullptr}
                                                   : Targets{nullptr, values.data()};
  }
  size_t rows() const { return classes.size(); }

  TrainOptions options;
  const Dataset &data;
  Model model;
  ThreadPool pool;
  const FrontEnd front_end;
  const size_t inputs;  // values of one example
  Network network;
  OptimizerState optimizer;
  HeldWeights held{true};
  std::vector<float> class_weights;
  std::vector<int> classes = std::vector<int>(options.batch);
  std::vector<float> values = std::vector<float>(rows() * network.outputs());
  uint64_t steps = 0;
};

TrainingLoop::TrainingLoop(const Model &model, const Dataset &data, const TrainOptions &options)
    : state_(std::make_unique<State>(model, data, options)) {}
TrainingLoop::~TrainingLoop() = default;
TrainingLoop::TrainingLoop(TrainingLoop &&) noexcept = default;
TrainingLoop &TrainingLoop::operator=(TrainingLoop &&) noexcept = default;

StepScore TrainingLoop::compute(std::span<const size_t> examples) {
  State &s = *state_;
  if (examples.empty() || examples.size() > s.rows())
    throw Error(
        ErrorCode::kInvalidArgument, "train",
        fmt::format("a step of {} examples; the loop was made for 1 .. {}", examples.size(), s.rows()));
  for (size_t row = 0; row < examples.size(); ++row) {
    if (examples[row] >= s.data.size())
      throw Error(ErrorCode::kInvalidArgument, "train",
                  fmt::format("there is no example {}; the data has {}", examples[row], s.data.size()));
    s.fill(s.data, examples[row], row);
  }
  const int rows = examples.size();
  check_step(s.model.graph, examples.size());
  const StepResult sums = s.network.step(rows, s.targets(), s.class_weights, s.steps);
  if (!std::isfinite(sums.loss_sum)) {
    const std::string origin = s.network.first_not_finite(s.model.graph, rows, s.steps);
    throw Error(ErrorCode::kInvalidArgument, "train",
                fmt::format("the loss is not finite in step {}{}", s.steps + 1,
                            origin.empty() ? "" : fmt::format(": first in {}", origin)),
                "use a smaller learning rate, clip the gradients, or normalize the data");
  }
  ++s.steps;
  return mean_of(sums, examples.size());
}

std::span<float> TrainingLoop::gradients() { return state_->network.gradients(); }
std::span<float> TrainingLoop::weights() { return state_->network.weights(); }

void TrainingLoop::update() {
  State &s = *state_;
  clip(s.options.clip, s.network.gradients());
  s.held.before_update(s.network.param_gradients(), s.network.params());
  s.optimizer.apply(s.options.optimizer, s.network.gradients(), s.network.weights());
  s.held.after_update(s.steps, s.network.params());
}

StepScore TrainingLoop::step(std::span<const size_t> examples) {
  const StepScore score = compute(examples);
  update();
  return score;
}

StepScore TrainingLoop::score(const Dataset &data) {
  State &s = *state_;
  check_fit(s.model, data, data, s.options);
  StepResult sums;
  for (size_t first = 0; first < data.size(); first += s.rows()) {
    const size_t rows = std::min(s.rows(), data.size() - first);
    for (size_t row = 0; row < rows; ++row) s.fill(data, first + row, row);
    sums += s.network.evaluate(rows, s.targets());
  }
  return mean_of(sums, data.size());
}

void TrainingLoop::set_learning_rate(float rate) { learning_rate_of(state_->options.optimizer) = rate; }

Model TrainingLoop::model() const {
  Model model = state_->model;
  state_->network.store(model.graph);
  return model;
}

}  // namespace mote
