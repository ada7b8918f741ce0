// The time column of each file against one clock: its rate, gaps, jitter, time that runs backwards; files of
// unlike rates are findings.
//
// Which column counts time is decided in columns.cpp. Nothing is resampled here.
#include "data/clock_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/median.h"

namespace mote {

namespace {
constexpr double kGap = 3;        // times the usual step
constexpr double kOff = 0.25;     // a step this far from the usual one, relatively, is off
constexpr double kMostOff = 0.1;  // the share of such steps that is no jitter yet
constexpr double kSlowest_hz = 0.1,
                 kFastest_hz = 20000;  // beyond them no sensor of motion, sound or climate is read
}  // namespace

void ClockCheck::add(std::span<const double> times, double unit_s, long first_line) {
  long line = first_line;
  starts_.push_back(steps_.size());
  for (size_t i = 1; i < times.size(); ++i) steps_.push_back({(times[i] - times[i - 1]) * unit_s, ++line});
}

// The mean over all steps but gaps: jitter, and a clock of whole milliseconds that steps by 8 and 9 at 119
// Hz, leave it as it is. Where steps are multiples of the usual one, rows are missing between them.
double ClockCheck::rate_of_steps(double usual) const {
  constexpr double kNearMultiple = 0.25, kNearlyAll = 0.98;
  size_t multiples = 0;
  for (const Step &s : steps_)
    multiples += std::fabs(s.seconds / usual - std::round(s.seconds / usual)) <= kNearMultiple;
  const bool are_multiples = multiples >= kNearlyAll * steps_.size();
  double time = 0, rows = 0;  // in usual steps, so that even ones give 1 / usual to the last bit
  for (const Step &s : steps_) {
    if (s.seconds < 0 || s.seconds > kGap * usual) continue;
    time += s.seconds / usual;
    rows += are_multiples ? std::round(s.seconds / usual) : 1;
  }
  return rows / time / usual;
}

// Rows between the first and the last change of a recording, over the time between them: what was before the
// first and is after the last is not known.
double ClockCheck::rate_of_ticks() const {
  double seconds = 0, rows = 0;
  for (size_t k = 0; k < starts_.size(); ++k) {
    const size_t end = k + 1 < starts_.size() ? starts_[k + 1] : steps_.size();
    size_t last = end;
    for (size_t i = starts_[k]; i < end; ++i) {
      if (!(steps_[i].seconds > 0)) continue;
      if (last < end) {
        seconds += steps_[i].seconds;
        rows += i - last;
      }
      last = i;
    }
  }
  return seconds > 0 ? rows / seconds : 0;
}

void ClockCheck::report(Intake &intake, const std::string &path) {
  if (steps_.empty()) return;
  std::vector<double> seconds, ticks;
  for (const Step &s : steps_) {
    seconds.push_back(s.seconds);
    if (s.seconds > 0) ticks.push_back(s.seconds);
  }
  if (ticks.empty())
    return intake.add_alike("no increase", path, "the time column does not increase, so it gives no rate");
  const double usual = median(std::move(seconds));
  if (usual > 0) {
    const double rate = rate_of_steps(usual);
    report_rate(intake, path, rate);
    report_gaps(intake, path, usual, rate);
    return report_jitter(intake, path, usual, rate);
  }
  const double rate = rate_of_ticks(), tick = median(std::move(ticks));
  if (!(rate > 0))
    return intake.add_alike(
        "coarse", path,
        fmt::format("the time column has steps of {:g} s, too coarse for a rate; set data.rate_hz", tick));
  report_rate(intake, path, rate);
  report_gaps(intake, path, tick, rate);
}

void ClockCheck::report_rate(Intake &intake, const std::string &path, double rate) const {
  intake.count_rate(rate, path);
  const LoadOptions &o = intake.options();
  if (rate < kSlowest_hz || rate > kFastest_hz)
    intake.add_alike(
        "implausible", path,
        fmt::format("the time column gives {:g} Hz, which is no usual rate of a sensor: is its unit right? "
                    "data.rate_hz overrules",
                    rate));
  if (o.rate_hz > 0 && !o.is_resampled && std::fabs(rate / o.rate_hz - 1) > 0.05)
    intake.add_alike(
        "contradicts", path,
        fmt::format(
            "the time column gives {:.4g} Hz, data.rate_hz says {:g}; data.resample = true would bring "
            "the rows to that rate",
            rate, o.rate_hz));
}

namespace {
// A setting that reads: a rate goes with it.
std::string resample_hint(const LoadOptions &o, double rate) {
  if (o.rate_hz > 0) return "data.resample = true";
  return fmt::format("data.resample = true and data.rate_hz = {:.4g}", rate);
}
}  // namespace

void ClockCheck::report_gaps(Intake &intake, const std::string &path, double usual, double rate) const {
  std::vector<const Step *> gaps;
  size_t backwards = 0;
  for (const Step &s : steps_) {
    if (s.seconds < 0) ++backwards;
    if (s.seconds > kGap * usual) gaps.push_back(&s);
  }
  if (backwards > 0)
    intake.add_alike("backwards", path,
                     fmt::format("time goes back in {} row{}", backwards, backwards == 1 ? "" : "s"));
  if (gaps.empty()) return;
  const LoadOptions &o = intake.options();
  const Step &longest =
      **std::max_element(gaps.begin(), gaps.end(), [](auto *a, auto *b) { return a->seconds < b->seconds; });
  intake.add_alike(
      "gaps", at_line(path, longest.line),
      fmt::format("{} gap{} in time, the longest here of {:g} s at {:.4g} Hz{}", gaps.size(),
                  gaps.size() == 1 ? "" : "s", longest.seconds, rate,
                  o.is_resampled ? ": the recording is cut there"
                                 : fmt::format("; windows reach across it: put a blank line there, or set {}",
                                               resample_hint(o, rate))));
}

void ClockCheck::report_jitter(Intake &intake, const std::string &path, double usual, double rate) const {
  const LoadOptions &o = intake.options();
  if (o.is_resampled) return;
  // a coarse clock's steps of 8 and 9 are as even as it can tell
  double resolution = 1e300;
  for (const Step &s : steps_) {
    const double d = std::fabs(s.seconds - usual);
    if (d <= 0.5 * usual && d > 1e-4 * usual) resolution = std::min(resolution, d);
  }
  const double tolerance = std::max(kOff * usual, 1.5 * resolution * (resolution < usual / 2));
  const auto off = std::count_if(steps_.begin(), steps_.end(), [&](const Step &s) {
    return s.seconds <= kGap * usual && std::fabs(s.seconds - usual) > tolerance;
  });
  if (off > kMostOff * steps_.size())
    intake.add_alike(
        "jitter", path,
        fmt::format(
            "the time between rows varies: {} of {} steps are more than {:.0f} % from the usual {:g} s; "
            "{} evens it out",
            off, steps_.size(), 100 * kOff, usual, resample_hint(o, rate)));
}

SensorValues resampled(const std::vector<double> &times, const SensorValues &values, size_t width,
                       double rate_hz, const std::string &where) {
  constexpr double kMostBetween = 1e4;  // rows that are made of two: more would fill a disk and say nothing
  SensorValues out;
  if (times.empty()) return out;
  const double duration = times.back() - times.front(), steps = static_cast<double>(times.size() - 1);
  if (duration * rate_hz > kMostBetween * steps)
    throw Error(
        ErrorCode::kDataFormat, where,
        fmt::format("would have {:.3g} rows for each of its own at data.rate_hz", duration * rate_hz / steps),
        "set data.rate_hz to a rate near that of the files");
  // a hair beyond the end, so that rounding does not lose the last row
  const auto rows = static_cast<size_t>((times.back() - times.front()) * rate_hz + 1e-6) + 1;
  for (size_t k = 0, i = 0; k < rows; ++k) {
    const double t = std::min(times.front() + k / rate_hz, times.back());
    while (i + 2 < times.size() && times[i + 1] <= t) ++i;
    const double share = times.size() < 2 ? 0 : (t - times[i]) / (times[i + 1] - times[i]);
    for (size_t c = 0; c < width; ++c) {
      const double a = values[i * width + c];
      const double b = times.size() < 2 ? a : values[(i + 1) * width + c];
      out.push_back(a + share * (b - a));
    }
  }
  return out;
}

}  // namespace mote
