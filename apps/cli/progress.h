// Progress of a training on standard error.
#pragma once

#include <chrono>
#include <string>

#include "mote/train.h"
#include "terminal.h"
#include "time_left.h"

namespace mote::cli {

// One line on a terminal, rewritten in place with the time left; in a pipe a line now and then.
class Progress {
 public:
  struct Of {
    int epochs;
    bool may_stop_early = false, is_resumed = false;
    std::string label = "";  // in front: which of several trainings it is
  };
  Progress(bool is_quiet, const Of &of);

  void features(size_t done, size_t windows);  // before the first epoch
  void step(const StepEnd &s);
  void epoch(const EpochRecord &e);
  void begin(const Of &of);                // another training
  void note(const std::string &sentence);  // a line that stays
  void finish();                           // the last epoch's line stays, without a time

 private:
  using Clock = std::chrono::steady_clock;
  std::string text(size_t columns, int epoch, const std::string &steps) const;
  std::string left(double share) const;
  void show(int epoch, const std::string &steps);

  bool is_on_, is_terminal_, is_over_ = false;
  Of of_;
  TimeLeft time_;
  EpochRecord last_ = {};
  double share_ = 0;  // of the epoch that runs
  Clock::time_point begun_ = Clock::now(), shown_ = {};
  StatusLine line_;
};

}  // namespace mote::cli
