// Midnights and overflows of one clock. It knows the row before and no more, so that a table can be read in
// parts.
//
// Rate, gaps and jitter are clock_check.cpp.
#include "data/clock_course.h"

#include <cmath>
#include <initializer_list>

namespace mote {

double ClockCourse::take(double time) {
  has_before_ = has_row_;
  has_row_ = true;
  before_ = last_;
  last_ = time;
  if (!has_before_) beginning_ = time;
  return time;
}

double ClockCourse::next_moment(double value) { return take(value); }

double ClockCourse::next_time_of_day(double value) {
  constexpr double kDay_s = 86400, kHour_s = 3600, kNear_s = 60;
  if (has_row_ && value + midnights_ < last_ - kDay_s / 2) midnights_ += kDay_s;
  // minutes and seconds alone go on behind the hour
  if (has_row_ && value < kNear_s && of_day_ < kHour_s && of_day_ >= kHour_s - kNear_s) midnights_ += kHour_s;
  of_day_ = value;
  return take(value + midnights_);
}

double ClockCourse::next_count(double value, double period) {
  if (!has_row_) {
    first_ = value;
    return take(value);
  }
  // it goes on by its usual step; of 8 bits, one that comes back to where the file began looks like
  // recordings of 256 rows
  const auto goes_on = [&](double range) {
    return value < range && std::fabs(value + wraps_ + range - last_ - step_) <= 0.5 * step_;
  };
  if (step_ > 0 && value + wraps_ < last_) {
    const bool may_be_8_bits = value != first_ || counts_8_bits_;
    for (const double range : {period, may_be_8_bits ? 0x1p8 : 0, 0x1p16, 0x1p32})
      if (range > 0 && goes_on(range)) {
        wraps_ += range;
        break;
      }
  }
  const double time = value + wraps_;
  if (time > last_) step_ = time - last_;
  if (time >= last_) return take(time);
  wraps_ = 0;  // it starts anew
  return take(value);
}

}  // namespace mote
