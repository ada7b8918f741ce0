// ClockCheck: what the time column of a file says about its rate, gaps and jitter.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/intake.h"

namespace mote {

class ClockCheck {
 public:
  // Of one recording: the time of each row in units of so many seconds, and the line of its first row.
  void add(std::span<const double> times, double unit_s, long first_line);
  // Says rate, gaps, jitter and what is implausible.
  void report(Intake &intake, const std::string &path);

 private:
  struct Step {
    double seconds;
    long line;
  };
  double rate_of_steps(double usual) const;
  // Of a clock that stays for most rows, such as one of whole seconds; 0: it moves too seldom.
  double rate_of_ticks() const;
  void report_rate(Intake &intake, const std::string &path, double rate) const;
  void report_gaps(Intake &intake, const std::string &path, double usual, double rate) const;
  void report_jitter(Intake &intake, const std::string &path, double usual, double rate) const;

  std::vector<Step> steps_;
  std::vector<size_t> starts_;  // of recordings, in steps_
};

// Linear interpolation of `values` [times, width] onto first + k / rate_hz, up to the last time.
// `times` rise strictly. Errors: kDataFormat of `where`: rates that are too far apart.
SensorValues resampled(const std::vector<double> &times, const SensorValues &values, size_t width,
                       double rate_hz, const std::string &where);

}  // namespace mote
