// Teachers answer a batch before its step; the loss of a row is then the training's own loss of soft targets.
#include "train/distillation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/math.h"
#include "train/loss.h"

namespace mote {

static bool sees_the_same(const Preprocessing &a, const Preprocessing &b) {
  const auto differs = [](const PreprocessingStep &x, const PreprocessingStep &y) {
    return x.block != y.block || x.attrs != y.attrs || x.tables != y.tables || x.chain != y.chain ||
           x.arithmetic != y.arithmetic;
  };
  if (a.steps.size() != b.steps.size()) return false;
  for (size_t i = 0; i < a.steps.size(); ++i)
    if (differs(a.steps[i], b.steps[i])) return false;
  return true;
}

std::string why_no_teacher(const Model &student, const Model &teacher) {
  const Graph &s = student.graph, &t = teacher.graph;
  if (s.input != t.input) return fmt::format("its input is {}, not {}", t.input.text(), s.input.text());
  if (!sees_the_same(student.preprocessing, teacher.preprocessing))
    return "it sees other features, or normalizes them by other numbers: train it on the same recordings and "
           "split";
  if (student.labels != teacher.labels)
    return fmt::format("its classes are {}, not {}", fmt::join(teacher.labels, ", "),
                       fmt::join(student.labels, ", "));
  if (s.output() != t.output())
    return fmt::format("its output is {}, not {}", t.output().text(), s.output().text());
  return "";
}

Distillation::Distillation(const Model &student, const std::vector<Model> &teachers, const Teaching &teaching,
                           const TrainOptions &training)
    : loss_{training.loss.type}, batch_(training.batch), teaching_(teaching) {
  if (teachers.empty()) throw Error(ErrorCode::kInvalidArgument, "distill", "there is no teacher");
  if (!(teaching.temperature > 0) || !(teaching.weight > 0))
    throw Error(
        ErrorCode::kInvalidArgument, "distill",
        fmt::format("temperature {} and weight {} must be above 0", teaching.temperature, teaching.weight));
  for (const Model &teacher : teachers) {
    const std::string why = why_no_teacher(student, teacher);
    if (!why.empty())
      throw Error(ErrorCode::kShape, fmt::format("teacher '{}'", teacher.graph.name), why,
                  "a teacher takes the same inputs and answers with the same classes as the network");
    graphs_.push_back(teacher.graph);
  }
}

void Distillation::before_step(const StepInput &input, ThreadPool &pool) {
  if (networks_.empty()) {
    for (const Graph &graph : graphs_)
      networks_.push_back(
          std::make_unique<Network>(graph, std::max(batch_, input.rows), 0, pool, NetworkOptions{loss_}));
    outputs_ = networks_[0]->outputs();
    targets_.resize(networks_[0]->batch() * outputs_);
    entropies_.resize(networks_[0]->batch());
  }
  const size_t rows = input.rows, floats = graphs_[0].input.elements();
  const float share = 1.0f / static_cast<float>(networks_.size());
  std::fill(targets_.begin(), targets_.end(), 0.0f);
  for (const std::unique_ptr<Network> &network : networks_) {
    std::copy_n(input.x, rows * floats, network->input());
    network->predict(input.rows);
    std::vector<double> soft(outputs_);
    for (size_t r = 0; r < rows; ++r) {
      const float *z = network->output(r);
      float *to = targets_.data() + r * outputs_;
      double sum = 0;
      const double top = *std::max_element(z, z + outputs_);
      for (size_t c = 0; c < outputs_; ++c) {
        if (loss_.is_regression())
          soft[c] = z[c];
        else if (loss_.type == LossType::kBinaryCrossentropy)
          soft[c] = 1 / (1 + exact_exp(-z[c] / teaching_.temperature));
        else
          soft[c] = exact_exp((z[c] - top) / teaching_.temperature);
        sum += soft[c];
      }
      if (loss_.type != LossType::kCategoricalCrossentropy) sum = 1;
      for (size_t c = 0; c < outputs_; ++c) to[c] += share * static_cast<float>(soft[c] / sum);
    }
  }
  // the loss of targets that are met: what remains is the divergence
  for (size_t r = 0; r < rows; ++r) {
    const auto part = [](double p) { return p > 0 ? -p * exact_log(p) : 0.0; };
    double sum = 0;
    for (size_t c = 0; c < outputs_; ++c) {
      const double p = targets_[r * outputs_ + c];
      if (loss_.type == LossType::kCategoricalCrossentropy) sum += part(p);
      if (loss_.type == LossType::kBinaryCrossentropy)
        sum += (part(p) + part(1 - p)) / static_cast<double>(outputs_);
    }
    entropies_[r] = sum;
  }
}

double Distillation::loss(int row, size_t outputs, const float *x, double scale, float *dx) const {
  const bool is_soft = !loss_.is_regression();
  const double t = is_soft ? teaching_.temperature : 1, factor = teaching_.weight * t * t;
  std::vector<float> cooled(x, x + outputs), own(outputs);
  for (float &v : cooled) v = v / t;
  const Target target{.values = targets_.data() + row * outputs};
  const Loss loss{is_soft ? loss_.type : LossType::kMse};
  // of x / t: one factor less
  const double value = example_loss(loss, outputs, cooled.data(), target, scale * factor / t, own.data());
  for (size_t c = 0; c < outputs; ++c) dx[c] += own[c];
  return factor * (value - entropies_[row]);
}

}  // namespace mote
