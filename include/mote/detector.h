// Detectors of anomalies: models that learn from normal windows alone, and say of a window how far it is from
// those: a score, and "anomaly" from a threshold on.
//
// A detector ends with an op that turns the score s and the threshold t into two values, t / (s + t) for
// "normal" and s / (s + t) for "anomaly": its outputs are read, averaged over windows and exported like those
// of a classifier of these two classes, in float and in int8 (decision 0034).
//
// Scores: of an autoencoder the mean squared error of its normalized input; of a Gaussian the squared
// Mahalanobis distance, of k-means the squared distance to the nearest centroid, of the network's inputs.
// Numerics: fits and scores in double precision, sums in order, k-means++ seeded by random streams: the same
// bits for any number of threads. Integers: mote_reconstruction_error_s8 and its neighbours in the runtime.
// Errors: kDataFormat where there is no normal window, kInvalidArgument for settings out of range, kShape.
// Ownership/Threads: values; arguments are only read.
// Source: Ledoit and Wolf 2004 (shrinkage), Arthur and Vassilvitskii 2007 (k-means++), McClish 1989 (partial
// AUC).
//
// Example:
//   mote::LoadOptions load{.window = 50, .stride = 50};
//   load.normal = {"idle"};
//   const mote::Splits seen = mote::load_recordings("data", load).split();
//   mote::Model m = mote::fit_detector("idle", seen.train, {mote::DetectorKind::kGaussian}, {.seed = 7});
//   mote::set_anomaly_threshold(m, mote::choose_anomaly_threshold(m, seen.val, 0.01).threshold);
//   std::cout << mote::evaluate(m, seen.test).report();
#pragma once

#include <string>
#include <vector>

#include "mote/evaluate.h"
#include "mote/model.h"
#include "mote/names.h"
#include "mote/program.h"
#include "mote/train.h"

namespace mote {

enum class DetectorKind { kNone, kAutoencoder, kKmeans, kGaussian };
inline const NameTable<DetectorKind> &detector_names() {
  static const NameTable<DetectorKind> kNames({{"none", DetectorKind::kNone},
                                               {"autoencoder", DetectorKind::kAutoencoder},
                                               {"kmeans", DetectorKind::kKmeans},
                                               {"gaussian", DetectorKind::kGaussian}});
  return kNames;
}

struct DetectorSettings {
  DetectorKind kind = DetectorKind::kNone;
  std::string covariance = "diagonal";  // or "full", of a Gaussian
  int centroids = 8;                    // of k-means
  double false_alarms = 0.01;           // share of normal windows that may be told as anomalies
  // The int8 input reaches so many times as far as normal windows do. What is farther counts as that far, and
  // steps are so many times as wide.
  double reach = 4;
  // Rows over which the mean of each channel is followed and taken off (Preprocessing::running_mean); 0: it
  // is not.
  int adapt = 0;
  bool is_set() const { return kind != DetectorKind::kNone; }
};

bool is_detector(const Model &model);
bool is_detector(const IntegerProgram &program);
// Of a detector. Errors: InternalError for another model.
double anomaly_threshold(const Model &model);
double anomaly_threshold(const IntegerProgram &program);
// From 1e-30 to 1e30. Errors: kInvalidArgument.
void set_anomaly_threshold(Model &model, double threshold);
void set_anomaly_threshold(IntegerProgram &program, double threshold);
std::string score_unit(const Model &model);  // "mean squared error of the normalized values"

// From an autoencoder (target kInput), as train() leaves it.
Model detector_of(const Model &autoencoder, double reach = DetectorSettings{}.reach);
// And back: the network whose output is the score's input.
Model without_score(const Model &detector);

// A Gaussian or k-means over such an input, without numbers.
Model unfitted_detector(const std::string &name, const Shape &input, const DetectorSettings &settings);
// A Gaussian or k-means over what the options' blocks and normalization make of the examples; only normal
// ones may be among them.
Model fit_detector(const std::string &name, const Dataset &normal, const DetectorSettings &settings,
                   const TrainOptions &options);

// Scores of every example, [size]. Of an int8 model in its 256 levels: the least of each, as score() of the
// exported C.
std::vector<double> anomaly_scores(const Model &detector, const Dataset &data);
std::vector<double> anomaly_scores(const IntegerProgram &detector, const Dataset &data);
// The same from its int8 outputs, [size, 2].
std::vector<double> scores_of_outputs(const IntegerProgram &detector, const std::vector<int8_t> &outputs);

// A score from two values that are proportional to the outputs (t / (s + t), s / (s + t)).
double score_of_outputs(double threshold, double normal, double anomaly);

// The least threshold with which at most that share of the normal examples (class 0) are anomalies; of an
// int8 model to one step of its output, 1.6 %. Errors: kDataFormat where there is no normal example, and
// where the threshold would be 0.
struct DetectionThreshold {
  double threshold = 0;
  size_t windows = 0;  // normal examples
};
DetectionThreshold choose_anomaly_threshold(const Model &detector, const Dataset &data, double false_alarms);
DetectionThreshold choose_anomaly_threshold(const IntegerProgram &detector, const Dataset &data,
                                            double false_alarms);

// Area under the ROC curve; equal scores count half. nan where one of the two kinds is missing.
// Its points, (0, 0) first: false-alarm rate and share of anomalies found; `most` of them, 2 at least, those
// between left out evenly. Empty where one of the two kinds is missing.
std::vector<std::pair<double, double>> roc_curve(const std::vector<double> &scores,
                                                 const std::vector<int> &is_anomaly, size_t most);
double roc_auc(const std::vector<double> &scores, const std::vector<int> &is_anomaly);
// Of the part up to a false-alarm rate, brought to 0.5 .. 1 by McClish's formula, as scikit-learn's
// roc_auc_score(max_fpr=...) does.
double partial_roc_auc(const std::vector<double> &scores, const std::vector<int> &is_anomaly, double max_fpr);

}  // namespace mote
