// How long a training still takes, from the epochs that this process has done.
#pragma once

#include <optional>

namespace mote::cli {

class TimeLeft {
 public:
  // `is_resumed`: the first epoch was begun by another process and says nothing of how long one takes.
  TimeLeft(int epochs, bool is_resumed) : epochs_(epochs), is_partial_(is_resumed) {}

  void end_epoch(int epoch, double seconds) {
    done_ = epoch;
    if (!is_partial_) {
      sum_ += seconds;
      ++counted_;
    }
    is_partial_ = false;
  }
  // In seconds, after `seconds` of the epoch that runs, whose steps are done to `share`; nullopt: not known.
  std::optional<double> left(double seconds, double share) const {
    const bool has_guess = counted_ == 0 && !is_partial_ && share > 0 && seconds > 0;
    if (counted_ == 0 && !has_guess) return std::nullopt;
    const double epoch = counted_ > 0 ? sum_ / counted_ : seconds / share;
    const double rest = (epochs_ - done_) * epoch - seconds;
    return rest > 0 ? rest : 0;
  }

 private:
  int epochs_, done_ = 0, counted_ = 0;
  bool is_partial_;
  double sum_ = 0;
};

}  // namespace mote::cli
