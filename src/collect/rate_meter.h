// How many rows come in a second: the slope of the straight line through what was counted at which time.
#pragma once

#include <cstddef>

namespace mote {

class RateMeter {
 public:
  void add(double rows, double seconds) {
    if (points_ == 0) {
      first_rows_ = rows;
      first_s_ = seconds;
    }
    const double x = seconds - first_s_, y = rows - first_rows_;
    ++points_;
    last_s_ = x;
    x_ += x;
    y_ += y;
    xx_ += x * x;
    xy_ += x * y;
  }
  size_t points() const { return points_; }
  double seconds() const { return last_s_; }  // from the first point to the last
  double rate_hz() const {                    // 0: not known
    const auto n = static_cast<double>(points_);
    const double spread = n * xx_ - x_ * x_;
    return points_ < 2 || spread <= 0 ? 0 : (n * xy_ - x_ * y_) / spread;
  }

 private:
  size_t points_ = 0;
  double first_rows_ = 0, first_s_ = 0, last_s_ = 0, x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;
};

}  // namespace mote
