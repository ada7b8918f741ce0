// Detectors: from a trained autoencoder to a detector, scores of windows, and the threshold that normal ones
// keep to.
//
// Fits of a Gaussian and of k-means: fit_detector.cpp; AUC: roc.cpp; which windows are normal is the
// project's (LoadOptions::normal).
#include "mote/detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "graph/op_def.h"
#include "host/detector_program.h"
#include "nn/detector.h"

namespace mote {

bool is_detector(const Model &model) {
  const std::vector<Node> &nodes = model.graph.nodes;
  return !nodes.empty() && !nodes.back().op->score_unit.empty();
}

bool is_detector(const IntegerProgram &program) { return is_detector_program(program); }

double anomaly_threshold(const Model &model) {
  MOTE_CHECK(is_detector(model));
  return model.graph.nodes.back().attrs.number("threshold");
}

double anomaly_threshold(const IntegerProgram &program) { return score_threshold(program); }

static void check_threshold(double threshold) {
  constexpr double kLeast = 1e-30, kMost = 1e30;
  if (!(threshold >= kLeast && threshold <= kMost))
    throw Error(ErrorCode::kInvalidArgument, "threshold",
                fmt::format("{} is no score from {} to {}", threshold, kLeast, kMost));
}

void set_anomaly_threshold(Model &model, double threshold) {
  MOTE_CHECK(is_detector(model));
  check_threshold(threshold);
  model.graph.nodes.back().attrs["threshold"] = threshold;
}

void set_anomaly_threshold(IntegerProgram &program, double threshold) {
  MOTE_CHECK(is_detector(program));
  check_threshold(threshold);
  program.layers.back().attrs["threshold"] = threshold;
}

std::string score_unit(const Model &model) {
  MOTE_CHECK(is_detector(model));
  return model.graph.nodes.back().op->score_unit;
}

Model detector_of(const Model &autoencoder, double reach) {
  Model model = autoencoder;
  add_reconstruction_error(model.graph, reach);
  model.preprocessing.target = ModelTarget::kClasses;
  model.labels = detector_labels();
  return model;
}

Model without_score(const Model &detector) {
  MOTE_CHECK(is_detector(detector));
  Model model = detector;
  model.graph.nodes.pop_back();
  model.graph.layers.pop_back();
  model.preprocessing.target = ModelTarget::kInput;
  model.preprocessing.decision = {};
  model.labels.clear();
  return model;
}

double score_of_outputs(double threshold, double normal, double anomaly) {
  return threshold * anomaly / std::max(1e-30, normal);
}

std::vector<double> anomaly_scores(const Model &detector, const Dataset &data) {
  const double t = anomaly_threshold(detector);
  const std::vector<float> values = float_outputs(detector, data);
  std::vector<double> scores;
  for (size_t i = 0; i + 1 < values.size(); i += 2) {
    if (!std::isfinite(values[i]) || !std::isfinite(values[i + 1]))
      throw Error(ErrorCode::kDataFormat, data.sources.empty() ? "evaluate" : data.sources[i / 2].text(),
                  "the score of this window is no number",
                  "are the values in the units of the training data?");
    scores.push_back(score_of_outputs(t, double{values[i]}, double{values[i + 1]}));
  }
  return scores;
}

std::vector<double> anomaly_scores(const IntegerProgram &detector, const Dataset &data) {
  return scores_of_outputs(detector, integer_outputs(detector, data));
}

std::vector<double> scores_of_outputs(const IntegerProgram &detector, const std::vector<int8_t> &values) {
  const double t = anomaly_threshold(detector);
  std::vector<double> scores;
  for (size_t i = 0; i + 1 < values.size(); i += 2) {
    const int level = values[i + 1] + 128;
    scores.push_back(score_of_outputs(t, 256 - level, level));
  }
  return scores;
}

namespace {

void check_share(double false_alarms) {
  if (!(false_alarms >= 0 && false_alarms < 1))
    throw Error(ErrorCode::kInvalidArgument, "anomaly.false_alarms",
                fmt::format("{} is no share from 0 to 1", false_alarms));
}

// Of normal examples, the score that at most the allowed share of them exceeds.
struct Quantile {
  double score = 0;
  size_t windows = 0;
};
Quantile quantile_of(const std::vector<double> &scores, const Dataset &data, double false_alarms) {
  check_share(false_alarms);
  std::vector<double> normal;
  for (size_t i = 0; i < scores.size(); ++i)
    if (data.classes[i] == 0) normal.push_back(scores[i]);
  if (normal.empty())
    throw Error(ErrorCode::kDataFormat, "anomaly", "there is no normal window to choose the threshold by",
                "give the validation (split.val) a share of the normal recordings");
  std::sort(normal.begin(), normal.end());
  const auto allowed =
      static_cast<size_t>(std::floor(false_alarms * static_cast<double>(normal.size()) + 1e-9));
  return {normal[normal.size() - 1 - std::min(allowed, normal.size() - 1)], normal.size()};
}

}  // namespace

DetectionThreshold choose_anomaly_threshold(const Model &detector, const Dataset &data, double false_alarms) {
  constexpr double kAbove = 1 + 1e-6;  // the rounding of float outputs
  constexpr double kNothing = 1e-20;
  const Quantile q = quantile_of(anomaly_scores(detector, data), data, false_alarms);
  if (q.score < kNothing)
    throw Error(ErrorCode::kDataFormat, "anomaly",
                fmt::format("so many of the {} normal windows have a score of 0 that no threshold is above "
                            "anomaly.false_alarms of them: the model knows these very windows",
                            q.windows),
                "give fewer centroids, or recordings that differ from each other");
  return {q.score * kAbove, q.windows};
}

// The levels are 1.6 % apart at the threshold and wider elsewhere, so what is found is looked at again from
// where it is.
DetectionThreshold choose_anomaly_threshold(const IntegerProgram &detector, const Dataset &data,
                                            double false_alarms) {
  constexpr int kPasses = 20;       // each leads 250 times as far at least, from 1e-30 to 1e30
  constexpr double kNear = 1.0201;  // of levels about the middle
  IntegerProgram looked_at = detector;
  DetectionThreshold last;  // that integers could hold
  for (int pass = 0; pass < kPasses; ++pass) {
    const double t = anomaly_threshold(looked_at);
    std::vector<double> scores;
    try {
      scores = anomaly_scores(looked_at, data);
    } catch (const Error &) {  // a threshold that integers cannot hold: the one before is the nearest
      if (pass == 0) throw;
      return last;
    }
    const Quantile q = quantile_of(scores, data, false_alarms);
    // a level ends where the next one begins; of the last one no end is known
    const double level = std::round(256 * q.score / (q.score + t)) + 1;
    const double next = level >= 256 ? 256 * t : score_of_outputs(t, 256 - level, level);
    if (next < kNear * t && t < kNear * next) return {next, q.windows};
    last = {t, q.windows};
    set_anomaly_threshold(looked_at, next);
  }
  return last;
}

}  // namespace mote
