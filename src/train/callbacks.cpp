#include "train/callbacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace mote {

double EpochRecord::value(const std::string &monitor) const {
  if (monitor == "loss") return loss;
  if (monitor == "val_loss") return val_loss;
  if (monitor == "accuracy" && !is_regression) return accuracy;
  if (monitor == "val_accuracy" && !is_regression) return val_accuracy;
  if (monitor == "mae" && is_regression) return mae;
  if (monitor == "val_mae" && is_regression) return val_mae;
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
  if (cooldown_ > 0) --cooldown_, wait_ = 0;
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
