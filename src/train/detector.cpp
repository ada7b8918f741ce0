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

void set_anomaly_threshold(Model &model, double threshold) {
  MOTE_CHECK(is_detector(model));
  model.graph.nodes.back().attrs["threshold"] = threshold;
}

void set_anomaly_threshold(IntegerProgram &program, double threshold) {
  MOTE_CHECK(is_detector(program));
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

std::vector<double> anomaly_scores(const Model &detector, const Dataset &data) {
  const double t = anomaly_threshold(detector);
  const std::vector<float> values = float_outputs(detector, data);
  std::vector<double> scores;
  for (size_t i = 0; i + 1 < values.size(); i += 2) {
    if (!std::isfinite(values[i]) || !std::isfinite(values[i + 1]))
      throw Error(ErrorCode::kDataFormat, data.sources.empty() ? "evaluate" : data.sources[i / 2].text(),
                  "the score of this window is no number",
                  "are the values in the units of the training data?");
    scores.push_back(t * double{values[i + 1]} / std::max(1e-30, double{values[i]}));
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
    const double share = (values[i + 1] + 128 + 0.5) / 256;
    scores.push_back(t * share / (1 - share));
  }
  return scores;
}

namespace {

void check_share(double false_alarms) {
  if (!(false_alarms >= 0 && false_alarms < 1))
    throw Error(ErrorCode::kInvalidArgument, "anomaly.false_alarms",
                fmt::format("{} is no share from 0 to 1", false_alarms));
}

// Of normal examples, in order; `to_exceed` that of a score, the least threshold above it.
template <class ToExceed>
DetectionThreshold chosen(const std::vector<double> &scores, const Dataset &data, double false_alarms,
                          ToExceed to_exceed) {
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
  DetectionThreshold result;
  result.threshold =
      std::max(1e-30, to_exceed(normal[normal.size() - 1 - std::min(allowed, normal.size() - 1)]));
  result.windows = normal.size();
  result.alarms =
      static_cast<size_t>(normal.end() - std::lower_bound(normal.begin(), normal.end(), result.threshold));
  return result;
}

}  // namespace

DetectionThreshold choose_anomaly_threshold(const Model &detector, const Dataset &data, double false_alarms) {
  constexpr double kAbove = 1 + 1e-6;  // the rounding of float outputs
  return chosen(anomaly_scores(detector, data), data, false_alarms, [](double s) { return s * kAbove; });
}

DetectionThreshold choose_anomaly_threshold(const IntegerProgram &detector, const Dataset &data,
                                            double false_alarms) {
  const double t = anomaly_threshold(detector);
  // a level of 256 ends where the next one begins; of the last one no end is known
  const auto end_of_level = [t](double s) {
    const double level = std::floor(256 * s / (s + t)) + 1;
    return level >= 256 ? 2 * s : t * level / (256 - level);
  };
  return chosen(anomaly_scores(detector, data), data, false_alarms, end_of_level);
}

}  // namespace mote
