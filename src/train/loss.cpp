// Losses and their gradients in double precision, one example at a time, with our own exp and log: the same
// bits on every machine. Definitions of Keras 3; focal loss of Lin et al. 2017.
#include "train/loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/math.h"
#include "kernels/loops.h"

namespace mote {

namespace {

constexpr double kLeast = 1e-300;  // of what a logarithm is taken

double power(double base, double exponent) {
  return base <= 0 ? (exponent == 0 ? 1.0 : 0.0) : exact_exp(exponent * exact_log(base));
}

// -(1 - p)^gamma log p and its derivative by p times p, for a target met with probability p; q = 1 - p.
struct Focal {
  double loss, slope;
};
Focal focal(double gamma, double p, double q) {
  const double log_p = exact_log(std::max(p, kLeast));
  if (gamma == 0) return {-log_p, -1};
  const double weight = power(q, gamma);
  return {-weight * log_p, (q > 0 ? gamma * weight / q * p * log_p : 0) - weight};
}

// Over the logits: log sum exp(x) - x[truth]; the gradient is softmax - target.
double categorical(const Loss &l, size_t n, const float *x, const Target &t, double scale, float *dx) {
  const double top = *std::max_element(x, x + n);
  double sum = 0;
  for (size_t c = 0; c < n; ++c) sum += exact_exp(x[c] - top);
  const double log_sum = exact_log(sum) + top;
  const bool has_class = t.truth != kNoClass || t.values;
  const size_t truth = t.truth != kNoClass ? static_cast<size_t>(t.truth) : n;
  const auto probability = [&](size_t c) { return exact_exp(x[c] - log_sum); };
  if (l.focal_gamma > 0 && has_class && !t.values) {
    double q = 0;  // sum of the others: 1 - p without cancellation
    for (size_t c = 0; c < n; ++c) q += c == truth ? 0 : probability(c);
    const double p = probability(truth);
    const Focal f = focal(l.focal_gamma, p, q);
    for (size_t c = 0; dx && c < n; ++c) dx[c] = scale * f.slope * (c == truth ? q : -probability(c));
    return f.loss;
  }
  double loss = 0;
  const double smoothing = has_class ? l.label_smoothing : 1, rest = smoothing / static_cast<double>(n);
  for (size_t c = 0; c < n; ++c) {
    const double whole = t.values ? t.values[c] : c == truth ? 1 : 0;
    const double target = (1 - smoothing) * whole + rest;
    if (target != 0) loss += target * (log_sum - x[c]);
    if (dx) dx[c] = scale * (exact_exp(x[c] - top) / sum - target);
  }
  return loss;
}

double target_value(const Target &t, size_t n, size_t c) {
  if (t.values) return t.values[c];
  if (t.truth == kNoClass) return n == 1 ? 0.5 : 0;
  return n == 1 ? t.truth : (static_cast<size_t>(t.truth) == c ? 1.0 : 0.0);
}

// Over the logits, each a decision of its own: log(1 + exp(z)) - target z.
double binary(const Loss &l, size_t n, const float *x, const Target &t, double scale, float *dx) {
  double loss = 0;
  for (size_t c = 0; c < n; ++c) {
    const double z = x[c], e = exact_exp(-std::fabs(z));
    const double larger = 1 / (1 + e), smaller = e / (1 + e);
    const double p = z >= 0 ? larger : smaller, q = z >= 0 ? smaller : larger, raw = target_value(t, n, c);
    double slope;
    if (l.focal_gamma > 0) {
      const Focal on = focal(l.focal_gamma, p, q), off = focal(l.focal_gamma, q, p);
      loss += raw * on.loss + (1 - raw) * off.loss;
      slope = raw * on.slope * q - (1 - raw) * off.slope * p;
    } else {
      const double target = raw * (1 - l.label_smoothing) + 0.5 * l.label_smoothing;
      loss += std::max(z, 0.0) - target * z + exact_log(1 + e);
      slope = p - target;
    }
    if (dx) dx[c] = scale * slope / n;
  }
  return loss / n;
}

// The squared error of values, in eight chains side by side.
double squared(size_t n, const float *x, const float *target, double scale, float *dx) {
  double lanes[8] = {};
  kernels::loops().squared_error(x, target, 2 * scale / n, n, lanes, dx);
  double loss = 0;
  for (double lane : lanes) loss += lane;
  return loss / n;
}

double regression(const Loss &l, size_t n, const float *x, const Target &t, double scale, float *dx) {
  if (l.type == LossType::kMse && t.values) return squared(n, x, t.values, scale, dx);
  double loss = 0;
  for (size_t c = 0; c < n; ++c) {
    const double error = x[c] - target_value(t, n, c), size = std::fabs(error);
    const double sign = error > 0 ? 1 : error < 0 ? -1 : 0;
    const bool is_line = l.type == LossType::kMae || (l.type == LossType::kHuber && size > l.huber_delta);
    double slope;
    if (l.type == LossType::kMse) {
      loss += error * error;
      slope = 2 * error;
    } else if (l.type == LossType::kMae) {
      loss += size;
      slope = sign;
    } else if (is_line) {
      loss += l.huber_delta * (size - 0.5 * l.huber_delta);
      slope = l.huber_delta * sign;
    } else {
      loss += 0.5 * error * error;
      slope = error;
    }
    if (dx) dx[c] = scale * slope / n;
  }
  return loss / n;
}

}  // namespace

double absolute_error(size_t n, const float *x, const float *target) {
  double lanes[8] = {}, sum = 0;
  kernels::loops().absolute_error(x, target, n, lanes);
  for (double lane : lanes) sum += lane;
  return sum / n;
}

double example_loss(const Loss &loss, size_t outputs, const float *x, const Target &target, double scale,
                    float *dx) {
  switch (loss.type) {
    case LossType::kCategoricalCrossentropy:
      return categorical(loss, outputs, x, target, scale, dx);
    case LossType::kBinaryCrossentropy:
      return binary(loss, outputs, x, target, scale, dx);
    case LossType::kMse:
    case LossType::kMae:
    case LossType::kHuber:
      break;
  }
  return regression(loss, outputs, x, target, scale, dx);
}

const NameTable<LossType> &loss_names() {
  static const NameTable<LossType> kNames({{"categorical_crossentropy", LossType::kCategoricalCrossentropy},
                                           {"binary_crossentropy", LossType::kBinaryCrossentropy},
                                           {"mse", LossType::kMse},
                                           {"mae", LossType::kMae},
                                           {"huber", LossType::kHuber}},
                                          {{"sparse_categorical_crossentropy", "categorical_crossentropy"},
                                           {"mean_squared_error", "mse"},
                                           {"mean_absolute_error", "mae"}});
  return kNames;
}

void check(const Loss &l) {
  const auto require = [](bool holds, const char *key, const std::string &message) {
    if (!holds) throw Error(ErrorCode::kInvalidArgument, key, message);
  };
  require(l.label_smoothing >= 0 && l.label_smoothing < 1, "train.label_smoothing",
          fmt::format("{} is not 0 .. 1", l.label_smoothing));
  require(l.focal_gamma >= 0 && l.focal_gamma <= 20, "train.focal_gamma",
          fmt::format("{} is not 0 .. 20", l.focal_gamma));
  require(l.huber_delta > 0, "train.huber_delta", fmt::format("{} is not above 0", l.huber_delta));
  require(l.label_smoothing == 0 || l.focal_gamma == 0, "train.focal_gamma",
          "does not go together with label_smoothing");
  require(!l.is_regression() || (l.label_smoothing == 0 && l.focal_gamma == 0), "train.loss",
          "label_smoothing and focal_gamma belong to the cross-entropies");
}

}  // namespace mote
