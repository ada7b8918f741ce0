// Days are counted by Howard Hinnant's days_from_civil (howardhinnant.github.io/date_algorithms.html).
#include "data/moment.h"

#include <optional>

#include "base/text.h"

namespace mote {

namespace {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  // `least` to `most` digits
  std::optional<int> digits(size_t least, size_t most) {
    size_t n = 0;
    int value = 0;
    while (n < most && n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9')
      value = value * 10 + rest_[n++] - '0';
    if (n < least) return std::nullopt;
    rest_.remove_prefix(n);
    return value;
  }
  char any(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) return 0;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool is_done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

double days_from_civil(int year, int month, int day) {
  year -= month <= 2;
  const int era = year / 400, of_era = year - era * 400;
  const int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097.0 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<double> read_date(Cursor &c) {
  const auto first = c.digits(1, 4);
  if (!first) return std::nullopt;
  const char separator = c.any("-/.");
  if (separator == 0) return std::nullopt;
  const auto second = c.digits(1, 2);
  if (!second || c.any(std::string_view(&separator, 1)) == 0) return std::nullopt;
  const auto third = c.digits(1, 4);
  if (!third) return std::nullopt;
  int year = *first, month = *second, day = *third;
  if (*first < 100) {
    const bool is_month_first = separator == '/' && *first <= 12;
    year = *third;
    month = is_month_first ? *first : *second;
    day = is_month_first ? *second : *first;
  }
  if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  return days_from_civil(year, month, day) * 86400;
}

// The digits behind the decimal sign of seconds.
std::optional<double> fraction(Cursor &c) {
  double value = 0, place = 0.1;
  bool has_digit = false;
  while (const auto digit = c.digits(1, 1)) {
    value += *digit * place;
    place /= 10;
    has_digit = true;
  }
  return has_digit ? std::optional(value) : std::nullopt;
}

// "10:00:00 PM": twelve hours further; 12 AM is midnight.
std::optional<double> half_of_day(Cursor &c, int hour, double seconds) {
  Cursor behind = c;
  behind.any(" ");
  const char half = behind.any("aApP");
  if (half == 0 || behind.any("mM") == 0) return seconds;
  if (hour < 1 || hour > 12) return std::nullopt;
  c = behind;
  const bool is_afternoon = half == 'p' || half == 'P';
  return seconds + (is_afternoon ? (hour == 12 ? 0 : 43200) : (hour == 12 ? -43200 : 0));
}

// "12:03.25": minutes and seconds, as spreadsheets show short times.
std::optional<double> read_minutes(Cursor &c) {
  Cursor rest = c;
  const auto minute = rest.digits(1, 2);
  if (!minute || rest.any(":") == 0) return std::nullopt;
  const auto second = rest.digits(2, 2);
  if (*minute > 59 || !second || *second > 59 || rest.any(".,") == 0) return std::nullopt;
  const auto part = fraction(rest);
  if (!part) return std::nullopt;
  c = rest;
  return *minute * 60.0 + *second + *part;
}

std::optional<double> read_clock(Cursor &c) {
  if (const auto minutes = read_minutes(c)) return minutes;
  const auto hour = c.digits(1, 2);
  if (!hour || *hour > 23 || c.any(":") == 0) return std::nullopt;
  const auto minute = c.digits(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  double seconds = *hour * 3600.0 + *minute * 60.0;
  if (c.any(":") == 0) return seconds;
  const auto second = c.digits(2, 2);
  if (!second || *second > 60) return std::nullopt;
  seconds += *second;
  if (c.any(".,:") != 0) {
    const auto part = fraction(c);
    if (!part) return std::nullopt;
    seconds += *part;
  }
  return half_of_day(c, *hour, seconds);
}

// Z, +02:00 or +0200, also behind a blank
std::optional<double> read_zone(Cursor &c) {
  c.any(" ");
  if (c.is_done() || (c.any("zZ") != 0 && c.is_done())) return 0;
  const char sign = c.any("+-");
  if (sign == 0) return std::nullopt;
  const auto hours = c.digits(2, 2);
  c.any(":");
  const auto minutes = c.is_done() ? std::optional(0) : c.digits(2, 2);
  if (!hours || !minutes || !c.is_done()) return std::nullopt;
  return (sign == '-' ? 1 : -1) * (*hours * 3600.0 + *minutes * 60.0);
}

}  // namespace

Moment parse_moment(std::string_view text) {
  text = trim(text);
  if (text.size() < 4 || text.size() > 40) return {};
  Cursor c(text);
  const auto date = read_date(c);
  if (!date) {
    Cursor again(text);
    const auto clock = read_clock(again);
    return clock && again.is_done() ? Moment{MomentKind::kClock, *clock} : Moment{};
  }
  if (c.is_done()) return {MomentKind::kDate, *date};
  if (c.any("T t") == 0) return {};
  const auto clock = read_clock(c);
  const auto zone = clock ? read_zone(c) : std::nullopt;
  return zone ? Moment{MomentKind::kDateTime, *date + *clock + *zone} : Moment{};
}

size_t serial_stamp(std::string_view line) {
  const size_t arrow = line.substr(0, 20).find(" ->");
  if (arrow == std::string_view::npos || parse_moment(line.substr(0, arrow)).kind != MomentKind::kClock)
    return 0;
  const size_t end = arrow + 3;
  return end < line.size() && line[end] == ' ' ? end + 1 : end;
}

}  // namespace mote
