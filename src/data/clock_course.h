// ClockCourse: the values of a time column, row by row, as one clock that goes on.
#pragma once

namespace mote {

class ClockCourse {
 public:
  // Of the next row; both in the unit of the column. A time of day goes on behind midnight, a counter of 8,
  // 16 or 32 bits behind its overflow.
  double next_time_of_day(double value);
  // `period`: behind which it begins anew as well, such as an hour of minutes and seconds; 0: there is none.
  double next_count(double value, double period = 0);
  double next_moment(double value);  // of a date with its time

  // A counter of 8 bits; else one that comes back to where its file began looks like recordings of 256 rows.
  void count_8_bits() { counts_8_bits_ = true; }

  // Whether the row that came last begins a recording, because time starts anew in it.
  bool starts_anew() const { return has_before_ && last_ < before_ && last_ <= beginning_; }
  void begin_recording() { beginning_ = last_; }

 private:
  double take(double time);

  bool has_row_ = false, has_before_ = false, counts_8_bits_ = false;
  double first_ = 0;  // of the table, as it stands there
  double last_ = 0, before_ = 0, beginning_ = 0;
  double midnights_ = 0, of_day_ = 0;  // of a time of day; that of the row before
  double wraps_ = 0, step_ = 0;
};

}  // namespace mote
