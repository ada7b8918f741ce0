// When a training has stopped improving: early stopping and the plateau of the learning rate, as Keras 3
// defines them.
#include "train/callbacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "base/error.h"
#include "mote/names.h"

namespace mote {

namespace {

struct Monitor {
  double EpochRecord::*value;
  bool of_classes, of_regressions;  // where it is measured
};
const NameTable<Monitor> &monitors() {
  static const NameTable<Monitor> kMonitors({{"val_loss", {&EpochRecord::val_loss, true, true}},
                                             {"val_accuracy", {&EpochRecord::val_accuracy, true, false}},
                                             {"val_mae", {&EpochRecord::val_mae, false, true}},
                                             {"val_stream", {&EpochRecord::val_stream, true, false}},
                                             {"loss", {&EpochRecord::loss, true, true}},
                                             {"accuracy", {&EpochRecord::accuracy, true, false}},
                                             {"mae", {&EpochRecord::mae, false, true}}});
  return kMonitors;
}

}  // namespace

std::vector<std::string> monitor_names() { return monitors().names(); }

double EpochRecord::value(const std::string &monitor) const {
  constexpr std::string_view kValidation = "val_";
  const bool is_stand_in = !has_validation && monitor.starts_with(kValidation) && monitor != kStreamMonitor;
  const Monitor *found = monitors().find(monitor);
  if (found && (is_regression ? found->of_regressions : found->of_classes))
    return is_stand_in ? value(monitor.substr(kValidation.size())) : this->*found->value;
  throw Error(ErrorCode::kInvalidArgument, "monitor", fmt::format("'{}' is not measured", monitor),
              fmt::format("use loss, val_loss, {0} or val_{0}", is_regression ? "mae" : "accuracy"));
}

Plateau::Plateau(const std::string &monitor)
    : is_higher_better_(monitor.ends_with("accuracy")),
      best_(is_higher_better_ ? -std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::infinity()) {}

bool Plateau::improves(double value, double min_delta) const {
  return is_higher_better_ ? value - min_delta > best_ : value + min_delta < best_;
}

EarlyStoppingState::Verdict EarlyStoppingState::end_of_epoch(const EpochRecord &record) {
  const double value = record.value(options_.monitor);
  if (record.epoch <= options_.start_from_epoch) return {false, false};
  ++wait_;
  if (plateau_.improves(value, options_.min_delta)) {
    plateau_.accept(value);
    wait_ = 0;
    return {true, false};
  }
  return {false, options_.patience > 0 && wait_ >= options_.patience && record.epoch > 1};
}

double ReduceLROnPlateauState::next_rate(const EpochRecord &record, double rate) {
  const double value = record.value(options_.monitor);
  if (cooldown_ > 0) {
    --cooldown_;
    wait_ = 0;
  }
  if (plateau_.improves(value, options_.min_delta)) {
    plateau_.accept(value);
    wait_ = 0;
  } else if (cooldown_ == 0 && ++wait_ >= options_.patience) {
    if (rate > options_.min_rate) {
      rate = std::max(rate * options_.factor, options_.min_rate);
      cooldown_ = options_.cooldown;
      wait_ = 0;
    }
  }
  return rate;
}

}  // namespace mote
