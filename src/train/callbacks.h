// EarlyStopping and ReduceLROnPlateau with the semantics of Keras 3.
#pragma once

#include <string>
#include <vector>

namespace mote {

struct EpochRecord {
  int epoch = 0;  // from 1
  double loss = 0, accuracy = 0, val_loss = 0, val_accuracy = 0;
  double learning_rate = 0, seconds = 0;
  double mae = 0, val_mae = 0;  // mean absolute error, of regressions, which have no accuracy
  bool is_regression = false;
  double value(const std::string &monitor) const;  // Errors: kInvalidArgument for an unknown name
};
std::vector<std::string> monitor_names();

// Stops when `monitor` has not improved by more than min_delta for `patience` epochs.
struct EarlyStopping {
  int patience = 0;  // 0: off
  double min_delta = 0;
  bool restore_best = true;  // weights of the best epoch at the end of training
  std::string monitor = "val_loss";
  int start_from_epoch = 0;  // epochs that are left out: neither the best nor waited for
};

// Multiplies the learning rate by `factor` after `patience` epochs without improvement.
struct ReduceLROnPlateau {
  int patience = 0;  // 0: off
  double factor = 0.1, min_delta = 1e-4, min_rate = 0;
  int cooldown = 0;
  std::string monitor = "val_loss";
};

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
