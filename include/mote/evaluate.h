// Evaluation: a model's predictions on a dataset, float or int8, with their scores.
//
// Numerics: metrics in double precision, with the definitions of scikit-learn's classification_report
// (zero_division = 0). int8 predictions are those of the runtime that ships to the device, byte for byte.
// Errors: kShape, kDataFormat when the dataset's windows, channels or classes are not the model's.
// Ownership/Threads: arguments are only read; uses all cores.
//
// Example:
//   const mote::Evaluation score = mote::evaluate(q, data.test);  // a Model or an IntegerProgram
//   std::cout << score.report() << score.confusion_text();
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mote/dataset.h"
#include "mote/loss.h"
#include "mote/model.h"
#include "mote/program.h"

namespace mote {

struct ClassScore {
  double precision = 0, recall = 0, f1 = 0;
  size_t support = 0;
};

struct Interval {
  double low = 0, high = 1;
};
// What a 95 % interval is made of (decision 0031): windows that each stand for themselves, or groups of them.
enum class IntervalMethod {
  kNone,      // all windows are of one group: nothing is known of others
  kWilson,    // every window counts
  kStudent,   // few groups: the spread between them on the logit scale, by Student's t
  kBootstrap  // groups drawn anew, bias-corrected and accelerated (Efron 1987)
};
// What a group's windows have in common is not told by more of its windows.
struct GroupScore {
  std::string name;
  size_t examples = 0, correct = 0;
  double accuracy() const { return examples == 0 ? 0 : static_cast<double>(correct) / examples; }
};
// 95 % interval of a share. Source: Wilson 1927.
Interval wilson_interval(size_t successes, size_t trials);

// A window that was answered wrongly; of a regression, any.
struct WrongWindow {
  ExampleSource source;
  int rows = 0;        // of the window; 0: it is an image or a list of features
  double rate_hz = 0;  // 0: not known
  int truth = 0, predicted = 0;
  double probability = 0;     // of the class that was answered
  double error = 0;           // of a regression: mean absolute error
  std::string place() const;  // "data/punch.csv:12 rows 50-149 (0.50-1.50 s)"
};

// Of a detector (mote/detector.h), over the same windows.
struct DetectionScore {
  bool is_set = false;
  double threshold = 0;
  std::string unit;                     // of the score
  double auc = 0, partial_auc = 0;      // area under the ROC curve, and up to kMaxFpr; nan without anomalies
  size_t normal = 0, false_alarms = 0;  // windows
  Interval false_alarm_interval = {};   // 95 %, of false_alarms / normal
  IntervalMethod interval_method = IntervalMethod::kNone;
  std::string over = {};  // "5 groups, which are few"; "" of windows
  std::vector<std::pair<double, double>> roc =
      {};                                 // false-alarm rate and share found, of thresholds downwards
  static constexpr double kMaxFpr = 0.1;  // as DCASE's
  std::string text() const;
};

struct Evaluation {
  std::string precision;  // "float" or "int8"
  std::vector<std::string> labels;
  std::vector<int> truth, predicted;           // per example
  std::vector<std::vector<size_t>> confusion;  // [truth][predicted]
  std::vector<ClassScore> classes;
  ClassScore macro, weighted;
  double accuracy = 0;
  Interval interval;  // 95 %, of the accuracy
  IntervalMethod interval_method = IntervalMethod::kNone;
  WindowGroups groups;                   // of the examples
  std::vector<GroupScore> group_scores;  // the worst first; empty where no window shares its group
  // Of regressions, which have none of the above but `precision`; over all outputs of all examples.
  bool is_regression = false;
  size_t examples = 0;
  double mse = 0, mae = 0;
  DetectionScore detection = {};
  // The surest wrong answer first; of a regression every window, the largest error first. Empty where the
  // examples have no sources.
  std::vector<WrongWindow> wrong;

  std::string report() const;  // the table of classification_report
  // "95 % interval 86.1 - 98.6 over 5 groups, which are few", or why there is none.
  std::string interval_text() const;
  // One row for each group of a known kind, `most` of them; "" where recordings are all that is known.
  std::string groups_text(size_t most) const;
  std::string confusion_text() const;
  std::string worst_pair() const;  // a sentence, or "" when nothing was confused
};

// What a model says of every example; truths do not matter.
struct Answers {
  size_t classes = 0;                // 0: a regression
  std::vector<int> answered;         // [size], of a classifier
  std::vector<float> probabilities;  // [size, classes]
  std::vector<int8_t> scores;        // [size, outputs]: what a StreamDecision takes
  std::vector<float> values;         // [size, outputs], of a regression
  std::vector<float> errors;         // [size], of an autoencoder: mean absolute error

  float probability(size_t example) const { return probabilities[example * classes + answered[example]]; }
};
// Errors: kShape when windows or channels are not the model's; kDataFormat when an output is no number.
Answers answers(const Model &model, const Dataset &data);
Answers answers(const IntegerProgram &program, const Dataset &data);

Evaluation evaluate(const Model &model, const Dataset &data);
Evaluation evaluate(const IntegerProgram &program, const Dataset &data);

// Scores of classes that were predicted by anything. Without labels classes are called by their numbers.
// Errors: kInvalidArgument for a class beyond the labels.
Evaluation score(const std::string &precision, const std::vector<std::string> &labels,
                 const std::vector<int> &truth, const std::vector<int> &predicted,
                 const WindowGroups &groups = {});

// Accuracy of `b` less that of `a`, on the same examples, with its 95 % interval from the differences within
// each group. Errors: kInvalidArgument when the examples are not the same.
struct AccuracyDifference {
  double difference = 0;
  Interval interval{-1, 1};
  IntervalMethod method = IntervalMethod::kNone;
  size_t changed = 0;        // examples that are answered otherwise
  std::string over = {};     // "5 groups, which are few"; "" of windows
  std::string text() const;  // "-0.20 points (95 % interval -0.61 to 0.20 over 5 groups, which are few)"
};
AccuracyDifference accuracy_difference(const Evaluation &a, const Evaluation &b);

// Mean squared and absolute error of `outputs` and `targets`, [examples, outputs].
Evaluation score_values(const std::string &precision, size_t examples, const std::vector<float> &targets,
                        const std::vector<float> &outputs);

// Outputs of every example, [size, outputs]; of a classifier the values before a final softmax.
std::vector<float> float_outputs(const Model &model, const Dataset &data, bool keep_softmax = false);
// What the front end makes of every example, [size, inputs]; row by row where the program works so.
std::vector<int8_t> integer_inputs(const IntegerProgram &program, const Dataset &data);
// The int8 outputs of every example, from sensor values through the front end, [size, outputs]. A program
// that works row by row sees the rows of an example from a fresh state; its outputs are those of the last
// row.
std::vector<int8_t> integer_outputs(const IntegerProgram &program, const Dataset &data);

// Scores of these outputs; and their mean loss, that of a classifier from the probabilities (or values) that
// the outputs stand for.
Evaluation score_outputs(const IntegerProgram &program, const Dataset &data,
                         const std::vector<int8_t> &outputs);
double loss_of_outputs(const Loss &loss, const IntegerProgram &program, const Dataset &data,
                       const std::vector<int8_t> &outputs);

}  // namespace mote
