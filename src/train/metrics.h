// Metrics of a classifier, with the definitions of scikit-learn's classification_report (zero_division = 0).
#pragma once

#include <string>
#include <vector>

#include "mote/dataset.h"

namespace mote {

struct ClassScore {
  double precision = 0, recall = 0, f1 = 0;
  size_t support = 0;
};

struct Interval {
  double low = 0, high = 1;
};
Interval wilson_interval(size_t successes, size_t trials);  // 95 %; Wilson 1927

struct Evaluation {
  std::string precision;  // "float" or "int8"
  std::vector<std::string> labels;
  std::vector<int> truth, predicted;           // per example
  std::vector<std::vector<size_t>> confusion;  // [truth][predicted]
  std::vector<ClassScore> classes;
  ClassScore macro, weighted;
  double accuracy = 0;
  Interval interval;
  // Of regressions, which have none of the above but `precision`; over all outputs of all examples.
  bool is_regression = false;
  size_t examples = 0;
  double mse = 0, mae = 0;

  std::string report() const;  // the table of classification_report
  std::string confusion_text() const;
  std::string worst_pair() const;  // a sentence, or "" when nothing was confused
};

// Mean squared and absolute error of `outputs` and `targets`, [examples, outputs].
Evaluation score_values(const std::string &precision, size_t examples, const std::vector<float> &targets,
                        const std::vector<float> &outputs);

Evaluation score(const std::string &precision, const std::vector<std::string> &labels,
                 const std::vector<int> &truth, const std::vector<int> &predicted);

}  // namespace mote
