// Dates and times of day as tables write them, in seconds.
#pragma once

#include <string_view>

namespace mote {

enum class MomentKind { kNone, kDate, kClock, kDateTime };

struct Moment {
  MomentKind kind = MomentKind::kNone;
  double seconds = 0;  // since 1970-01-01 00:00, or since midnight of kClock
};

// "2024-05-01", "01.05.2024", "5/31/2024"; "12:00:01.123"; both with 'T' or a blank between, then Z or
// +02:00. A date of two numbers up to 12 before the year is read as month/day with '/', as day.month with
// '.'.
Moment parse_moment(std::string_view text);

// "14:02:12.060 -> " as the serial monitor of Arduino's editor prints before each line: its length, or 0.
size_t serial_stamp(std::string_view line);

}  // namespace mote
