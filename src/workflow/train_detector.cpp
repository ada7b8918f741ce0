// A detector from a project: an autoencoder is trained as any network, a Gaussian and k-means are fitted in
// one go; both then get the threshold that normal validation windows keep to.
//
// What a detector is: mote/detector.h. No anomaly is looked at here: the splits of a detector have them in
// the test part alone (data/windows.cpp).
#include "workflow/train_detector.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numeric>

#include "mote/evaluate.h"

namespace mote {

namespace {

template <class EitherModel>
ChosenThreshold taken(EitherModel &detector, const Splits &splits, double false_alarms) {
  ChosenThreshold chosen;
  chosen.is_validated = splits.val.size() > 0;
  const Dataset &windows = chosen.is_validated ? splits.val : splits.train;
  const DetectionThreshold found = choose_anomaly_threshold(detector, windows, false_alarms);
  chosen.threshold = found.threshold;
  set_anomaly_threshold(detector, found.threshold);
  const char *part = chosen.is_validated ? "validation" : "training";
  const Evaluation e = evaluate(detector, windows);
  const DetectionScore &d = e.detection;
  chosen.text = fmt::format("Threshold {:.4g} ({}): {} of {} normal {} windows are above it", d.threshold,
                            d.unit, d.false_alarms, d.normal, part);
  if (d.interval_method != IntervalMethod::kNone)
    chosen.text += fmt::format(", a false-alarm rate of {:.2f} to {:.2f} % (95 % interval{}{})",
                               100 * d.false_alarm_interval.low, 100 * d.false_alarm_interval.high,
                               d.over.empty() ? "" : " over ", d.over);
  const double allowed = false_alarms * static_cast<double>(found.windows);
  if (static_cast<double>(d.false_alarms) > allowed + 1e-9)
    chosen.finding = fmt::format(
        "more than {:g} % of them, since no threshold that the model can hold parts their scores: record "
        "more "
        "that is normal, or raise anomaly.reach",
        100 * false_alarms);
  else if (allowed < 1)
    chosen.finding = fmt::format(
        "{:g} % of {} normal {} windows is less than one, so the threshold is above all of them and nobody "
        "knows how often it is reached: record more that is normal, or raise anomaly.false_alarms",
        100 * false_alarms, found.windows, part);
  else if (!chosen.is_validated)
    chosen.finding =
        "there are no normal validation windows, so the threshold is chosen on those of the training, which "
        "the model knows: give split.val a share";
  return chosen;
}

// Of a fit: the mean score of normal windows.
EpochRecord fit_record(const Model &detector, const Splits &splits, double seconds) {
  const auto mean_score = [&](const Dataset &data) {
    const std::vector<double> scores = anomaly_scores(detector, data);
    return std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
  };
  EpochRecord record;
  record.epoch = 1;
  record.is_fit = true;
  record.seconds = seconds;
  record.has_validation = splits.val.size() > 0;
  record.loss = mean_score(splits.train);
  if (record.has_validation) record.val_loss = mean_score(splits.val);
  return record;
}

}  // namespace

ChosenThreshold take_threshold(Model &detector, const Splits &splits, double false_alarms) {
  return taken(detector, splits, false_alarms);
}

ChosenThreshold take_threshold(IntegerProgram &detector, const Splits &splits, double false_alarms) {
  return taken(detector, splits, false_alarms);
}

TrainedDetector train_detector(const Model &autoencoder, const Splits &splits, const Project &project,
                               const TrainOptions &options) {
  TrainedDetector result;
  const DetectorSettings &settings = project.detector;
  if (settings.kind == DetectorKind::kAutoencoder) {
    result.run = train(autoencoder, splits, options);
    result.run.model = detector_of(result.run.model, settings.reach);
  } else {
    const auto start = std::chrono::steady_clock::now();
    result.run.model = fit_detector(autoencoder.graph.name, splits.train, settings, options);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    result.run.history = {fit_record(result.run.model, splits, taken.count())};
    result.run.best_epoch = 1;
  }
  result.run.model.preprocessing.running_mean = settings.adapt;
  result.threshold = take_threshold(result.run.model, splits, settings.false_alarms);
  return result;
}

}  // namespace mote
