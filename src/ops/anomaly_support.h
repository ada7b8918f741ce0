// What ops share that score anomalies: a score s >= 0 of each example and a threshold t become two values,
// t / (s + t) for "normal" and s / (s + t) for "anomaly". The second is at least 1/2 where s >= t, so a
// detector's outputs are read, averaged over windows and told like those of a classifier.
//
// The integer form: runtime/mote_anomaly.h. What a detector is made of: train/detector.h.
#pragma once

#include <functional>
#include <string>

#include "graph/op_def.h"
#include "mote_runtime.h"

namespace mote::ops {

extern const AttrSpec kThresholdAttr, kReachAttr;

Shape score_shape();  // (2): normal, anomaly
// Two values of each example, from its score.
std::function<void(double score, float *y)> score_values(const Attrs &attrs);
// d(dot(dy, y)) / d score.
std::function<double(double score, const float *dy)> score_gradient(const Attrs &attrs);

// The layer's threshold in units of its integer sums, of which one is `unit` as a real number. Errors:
// kUnsupported where it is no number of them.
mote_anomaly_threshold integer_threshold(const ProgramLayer &layer, double unit);
CField threshold_field(const mote_anomaly_threshold &threshold);
// The output must have two values of scale 1/256 and zero point -128 for each of so many examples.
void check_scores(const ProgramLayer &layer, const ProgramTensor &y, int examples);

// Refused: no operator of TensorFlow Lite computes these integers.
NotSupported no_tflite();

// A constant of an integer layer, one value per element.
template <class T>
ProgramTensor constant_tensor(const std::string &name, const Shape &shape, DType dtype,
                              const std::vector<T> &values) {
  ProgramTensor t{name, shape, dtype, {}, std::vector<uint8_t>(values.size() * sizeof(T)), true};
  std::copy_n(reinterpret_cast<const uint8_t *>(values.data()), t.data.size(), t.data.data());
  return t;
}
template <class T>
std::vector<T> constant_values_of(const ProgramTensor &t) {
  std::vector<T> values(t.data.size() / sizeof(T));
  std::copy_n(t.data.data(), values.size() * sizeof(T), reinterpret_cast<uint8_t *>(values.data()));
  return values;
}

}  // namespace mote::ops
