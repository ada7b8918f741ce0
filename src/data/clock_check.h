// ClockCheck: what the time column of a file says about its rate, gaps and jitter.
#pragma once

#include <string>
#include <vector>

#include "data/intake.h"

namespace mote {

class ClockCheck {
 public:
  // Of one recording: the time of each row in units of so many seconds, and the line of its first row.
  void add(const std::vector<double> &times, double unit_s, long first_line);
  // Says rate, gaps, jitter and what is implausible.
  void report(Intake &intake, const std::string &path);

 private:
  struct Step {
    double seconds;
    long line;
  };
  std::vector<Step> steps_;
};

// Linear interpolation of `values` [times, width] onto first + k / rate_hz, up to the last time.
// `times` rise strictly.
SensorValues resampled(const std::vector<double> &times, const SensorValues &values, size_t width,
                       double rate_hz);

}  // namespace mote
