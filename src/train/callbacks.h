// What EarlyStopping and ReduceLROnPlateau (mote/train.h) do at the end of an epoch, and remember until the
// next.
#pragma once

#include <string>
#include <string_view>

#include "mote/train.h"

namespace mote {

// Of TrainOptions::judge_stream: not of the validation windows.
inline constexpr std::string_view kStreamMonitor = "val_stream";

class Plateau {
 public:
  explicit Plateau(const std::string &monitor);
  bool improves(double value, double min_delta) const;
  void accept(double value) { best_ = value; }
  double best() const { return best_; }

 private:
  bool is_higher_better_;
  double best_;
};

// What these remember between epochs.
struct PlateauMemory {
  double best;
  int wait, cooldown;
};

class EarlyStoppingState {
 public:
  PlateauMemory memory() const { return {plateau_.best(), wait_, 0}; }
  void restore(const PlateauMemory &m) {
    plateau_.accept(m.best);
    wait_ = m.wait;
  }
  explicit EarlyStoppingState(const EarlyStopping &options) : options_(options), plateau_(options.monitor) {}
  struct Verdict {
    bool is_best, stop;
  };
  Verdict end_of_epoch(const EpochRecord &record);

 private:
  EarlyStopping options_;
  Plateau plateau_;
  int wait_ = 0;
};

class ReduceLROnPlateauState {
 public:
  PlateauMemory memory() const { return {plateau_.best(), wait_, cooldown_}; }
  void restore(const PlateauMemory &m) {
    plateau_.accept(m.best);
    wait_ = m.wait;
    cooldown_ = m.cooldown;
  }
  explicit ReduceLROnPlateauState(const ReduceLROnPlateau &options)
      : options_(options), plateau_(options.monitor) {}
  double next_rate(const EpochRecord &record, double rate);

 private:
  ReduceLROnPlateau options_;
  Plateau plateau_;
  int wait_ = 0, cooldown_ = 0;
};

}  // namespace mote
