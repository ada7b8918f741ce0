// Scores and thresholds of the ops that detect anomalies.
#include "ops/anomaly_support.h"

#include <fmt/format.h>

#include <cmath>

#include "ops/integer_support.h"

namespace mote::ops {

const AttrSpec kThresholdAttr = {
    "threshold", 1.0, "score from which an example is an anomaly; chosen on normal windows", {}, 1e-30, 1e30};

const AttrSpec kReachAttr = {"reach", 4.0, "how many times as far as normal windows the int8 input reaches",
                             {},      1,   256};

Shape score_shape() { return {2}; }

std::function<void(double, float *)> score_values(const Attrs &attrs) {
  return [t = attrs.number("threshold")](double s, float *y) {
    y[0] = static_cast<float>(t / (s + t));
    y[1] = static_cast<float>(s / (s + t));
    if (s >= t && y[0] >= y[1]) y[0] = std::nextafter(y[1], 0.0f);  // an anomaly from the threshold on
  };
}

std::function<double(double, const float *)> score_gradient(const Attrs &attrs) {
  return [t = attrs.number("threshold")](double s, const float *dy) {
    return (double{dy[1]} - dy[0]) * t / ((s + t) * (s + t));
  };
}

mote_anomaly_threshold integer_threshold(const ProgramLayer &l, double unit) {
  constexpr double kMost = 36028797018963968.0;  // 2^55
  const double real = std::round(l.attrs.number("threshold") / unit);
  require(
      real >= 1 && real < kMost, l,
      fmt::format("a threshold of {:g} is {:g} of the steps of its integer score; it must be from 1 to {:g}",
                  l.attrs.number("threshold"), real, kMost));
  const auto whole = static_cast<int64_t>(real);
  constexpr int64_t kHalf = int64_t{1} << 31;
  return {static_cast<int32_t>(whole % kHalf), static_cast<int32_t>(whole / kHalf)};
}

CField threshold_field(const mote_anomaly_threshold &t) {
  const int32_t parts[2] = {t.low, t.high};
  return {"threshold", parts};
}

void check_scores(const ProgramLayer &l, const ProgramTensor &y, int examples) {
  require(y.shape.elements() == 2 * static_cast<size_t>(examples), l,
          fmt::format("output {} must hold two values for each of {} examples", y.shape.text(), examples),
          ErrorCode::kShape);
  require(scale_of(l, y) == 1.0f / 256.0f && zero_point_of(l, y) == -128, l,
          "the output must have scale 1/256 and zero point -128");
}

NotSupported no_tflite() {
  return {
      "has no form in TensorFlow Lite's operators: a .tflite of a detector holds the network before it, and "
      "the "
      "C export all of it"};
}

}  // namespace mote::ops
