// A recording of Edge Impulse a file, of the class that its label file says, or its name up to the first dot.
#include <fmt/format.h>

#include <cmath>

#include "data/acquisition.h"
#include "data/clock_check.h"
#include "data/even_recording.h"
#include "data/readers/readers.h"
#include "data/resample.h"
#include "data/sound.h"

namespace mote {

namespace {

// The unit of samples of a sound.
bool is_acquired_sound(const Acquisition &a) { return a.units.size() == 1 && a.units[0] == "wav"; }

SensorValues at_rate(const Acquisition &a, double rate_hz, const std::string &path) {
  SensorValues out;
  const size_t width = a.channels.size(), rows = a.values.size() / width;
  if (is_acquired_sound(a)) {
    Resampler resampler(a.rate_hz, rate_hz, 1, path);
    resampler.push(a.values.data(), rows, out);
    resampler.finish(out);
    return out;
  }
  std::vector<double> times;
  for (size_t r = 0; r < rows; ++r) times.push_back(static_cast<double>(r) / a.rate_hz);
  return resampled(times, a.values, width, rate_hz, path);
}

}  // namespace

void read_acquisition(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string();
  const LoadOptions &o = intake.options();
  if (intake.set().image_height > 0) Intake::fail(path, "is a recording, the files before it are images");
  Acquisition a = parse_acquisition(intake.read(path), path);
  const bool is_same = o.rate_hz == 0 || std::fabs(a.rate_hz / o.rate_hz - 1) <= kSameRate;
  if (o.is_resampled && !(o.rate_hz > 0))
    Intake::fail(path, "cannot be resampled: onto which rate?", "set data.rate_hz");
  if (!is_same && !o.is_resampled)
    intake.add_alike(
        "contradicts", path,
        fmt::format("has {:.6g} rows a second, data.rate_hz says {:g}; data.resample = true would "
                    "bring the rows to that rate",
                    a.rate_hz, o.rate_hz));
  const double rate = is_same || !o.is_resampled ? a.rate_hz : o.rate_hz;
  SensorValues values = rate == a.rate_hz ? std::move(a.values) : at_rate(a, rate, path);
  std::vector<std::string> units;
  for (size_t c = 0; c < a.channels.size(); ++c)
    units.push_back(a.units[c].empty() ? a.channels[c] : fmt::format("{} in {}", a.channels[c], a.units[c]));
  intake.say(fmt::format("recordings of Edge Impulse have {}", few_of(units)));
  add_even(intake, file, {a.channels, true, std::move(values), rate, a.rate_hz});
}

}  // namespace mote
