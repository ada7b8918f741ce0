// The time column of each file against one clock: the median of its steps, gaps, jitter, time that runs
// backwards; files of unlike rates are findings.
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

void ClockCheck::add(const std::vector<double> &times, double unit_s, long first_line) {
  long line = first_line;
  for (size_t i = 1; i < times.size(); ++i) steps_.push_back({(times[i] - times[i - 1]) * unit_s, ++line});
}

void ClockCheck::report(Intake &intake, const std::string &path) {
  if (steps_.empty()) return;
  std::vector<double> seconds;
  for (const Step &s : steps_) seconds.push_back(s.seconds);
  const double median = mote::median(std::move(seconds));
  if (!(median > 0)) {
    intake.add(Severity::kWarning, path, "the time column does not increase");
    return;
  }
  // a clock of whole milliseconds at 119 Hz steps by 8 and 9: then the mean of the usual steps says more
  double near = 0, resolution = 1e300;
  size_t near_count = 0, backwards = 0, off = 0;
  std::vector<const Step *> gaps;
  for (const Step &s : steps_) {
    if (s.seconds < 0) ++backwards;
    if (s.seconds > kGap * median) gaps.push_back(&s);
    if (std::fabs(s.seconds - median) > 0.5 * median) continue;
    near += s.seconds;
    ++near_count;
    if (const double d = std::fabs(s.seconds - median); d > 1e-4 * median)
      resolution = std::min(resolution, d);
  }
  for (const Step &s : steps_)
    off +=
        s.seconds <= kGap * median &&
        std::fabs(s.seconds - median) > std::max(kOff * median, 1.5 * resolution * (resolution < median / 2));
  const bool is_coarse = resolution < 1e300 && median / resolution < 20 &&
                         std::fabs(median / resolution - std::round(median / resolution)) < 0.01;
  const double rate = is_coarse ? near_count / near : 1 / median;
  intake.check_rate(rate, path);
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
  if (backwards > 0)
    intake.add_alike("backwards", path,
                     fmt::format("time goes back in {} row{}", backwards, backwards == 1 ? "" : "s"));
  if (!gaps.empty()) {
    const Step &longest = **std::max_element(gaps.begin(), gaps.end(),
                                             [](auto *a, auto *b) { return a->seconds < b->seconds; });
    intake.add_alike(
        "gaps", at_line(path, longest.line),
        fmt::format("{} gap{} in time, the longest here of {:g} s at {:.4g} Hz{}", gaps.size(),
                    gaps.size() == 1 ? "" : "s", longest.seconds, rate,
                    o.is_resampled
                        ? ": the recording is cut there"
                        : "; windows reach across it: put a blank line there, or set data.resample = true"));
  }
  if (off > kMostOff * steps_.size() && !o.is_resampled)
    intake.add_alike(
        "jitter", path,
        fmt::format(
            "the time between rows varies: {} of {} steps are more than {:.0f} % from the usual {:g} s; "
            "data.resample = true evens it out",
            off, steps_.size(), 100 * kOff, median));
}

SensorValues resampled(const std::vector<double> &times, const SensorValues &values, size_t width,
                       double rate_hz) {
  SensorValues out;
  if (times.empty()) return out;
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
