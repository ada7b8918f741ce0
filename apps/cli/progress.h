// Progress of a training on standard error.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "cli.h"
#include "mote/train.h"

namespace mote::cli {

// One line per epoch on a terminal, rewritten in place with the time left; in a pipe a line now and then.
class Progress {
 public:
  Progress(bool is_quiet, int epochs)
      : is_on_(!is_quiet),
        is_terminal_(is_terminal()),
        epochs_(epochs),
        start_(std::chrono::steady_clock::now()) {}

  void epoch(const EpochRecord &e) {
    if (!is_on_) return;
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (is_terminal_ && elapsed - shown_ < 0.05 && e.epoch != epochs_ && e.epoch != 1) return;
    if (!is_terminal_ && e.epoch % std::max(1, epochs_ / 10) != 0 && e.epoch != 1) return;
    shown_ = elapsed;
    if (first_ == 0) first_ = e.epoch;  // beyond 1: resumed
    const double left = elapsed / (e.epoch - first_ + 1) * (epochs_ - e.epoch);
    const auto figures = [&](const char *prefix, double loss, double accuracy, double mae) {
      return e.is_regression
                 ? fmt::format("  {0}loss {1:.5f}  {0}error {2:.5f}", prefix, loss, mae)
                 : fmt::format("  {0}loss {1:.4f}  {0}accuracy {2:5.1f} %", prefix, loss, 100 * accuracy);
    };
    const std::string line = fmt::format(
        "epoch {:>4}/{}{}{}  {:.1f} s left", e.epoch, epochs_, figures("", e.loss, e.accuracy, e.mae),
        e.has_validation ? figures("val ", e.val_loss, e.val_accuracy, e.val_mae) : "", left);
    if (is_terminal_)
      std::cerr << "\r\033[K" << line << std::flush;
    else
      std::cerr << line << "\n";
  }
  void finish() const {
    if (is_on_ && is_terminal_) std::cerr << "\n";
  }

 private:
  bool is_on_, is_terminal_;
  int epochs_;
  std::chrono::steady_clock::time_point start_;
  double shown_ = -1;
  int first_ = 0;
};

}  // namespace mote::cli
