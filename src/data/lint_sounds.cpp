// Sounds that are silent, clipped or beside zero. Units: those of a 16-bit microphone (sound.h).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/lint_split.h"
#include "mote/test_stream.h"

namespace mote {

namespace {

constexpr double kSixteenBits = 32768;

struct SoundFacts {
  double deviation = 0, mean = 0, peak = 0;
  size_t flat_tops = 0;  // samples in runs at the peak
};

SoundFacts facts_of_sound(const Recording &r, size_t channels) {
  constexpr size_t kRun = 4;  // samples: a sine touches its peak for one or two
  SoundFacts f;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < r.values.size(); ++i) {
    const double v = double{r.values[i]};
    sum += v;
    squares += v * v;
    f.peak = std::max(f.peak, std::fabs(v));
  }
  const double n = std::max<double>(1, static_cast<double>(r.values.size()));
  f.mean = sum / n;
  f.deviation = std::sqrt(std::max(0.0, squares / n - f.mean * f.mean));
  for (size_t c = 0; c < channels; ++c) {
    size_t run = 0;
    float before = 0;
    for (size_t i = c; i <= r.values.size(); i += channels) {
      const bool is_end = i + channels > r.values.size();
      const float v = r.values[std::min(i, r.values.size() - 1)];
      if (!is_end && v == before && std::fabs(double{v}) >= 0.98 * f.peak) {
        ++run;
        continue;
      }
      if (run >= kRun) f.flat_tops += run;
      run = 1;
      before = v;
    }
  }
  return f;
}

}  // namespace

void lint_sounds(const DividedSet &d, std::vector<Finding> &findings) {
  if (!d.is_sound()) return;
  constexpr double kSilent = 3, kLoud = 0.7 * kSixteenBits, kClipped = 2e-3, kOffset = 0.02 * kSixteenBits;
  std::vector<size_t> silent, clipped, beside;
  for (size_t i = 0; i < d.set.items.size(); ++i) {
    const Recording &r = d.set.items[i];
    if (r.values.empty()) continue;
    const SoundFacts f = facts_of_sound(r, d.set.channels.size());
    if (f.deviation < kSilent && !is_rest_class(r.label)) silent.push_back(i);
    if (f.peak >= kLoud && static_cast<double>(f.flat_tops) > kClipped * static_cast<double>(r.values.size()))
      clipped.push_back(i);
    if (std::fabs(f.mean) > kOffset && std::fabs(f.mean) > f.deviation / 2) beside.push_back(i);
  }
  const auto say = [&](Severity severity, const char *kind, const std::vector<size_t> &which, const char *one,
                       const char *many, const char *remedy) {
    if (!which.empty())
      findings.push_back(finding_of(d, severity, kind, which,
                                    fmt::format("{} sound{} {}", which.size(), which.size() == 1 ? "" : "s",
                                                which.size() == 1 ? one : many),
                                    remedy));
  };
  say(Severity::kWarning, "silent", silent, "holds nothing but silence, and its class says otherwise",
      "hold nothing but silence, and their classes say otherwise",
      "listen to them, and leave them out (data.exclude) or into a class of their own");
  say(Severity::kNote, "clipped", clipped, "is clipped: its peaks are cut off flat",
      "are clipped: their peaks are cut off flat",
      "record with less gain; where the device will clip too, keep them");
  say(Severity::kWarning, "offset", beside,
      "does not swing around zero: level and zero crossings are those of the offset",
      "do not swing around zero: level and zero crossings are those of the offset",
      "a block `filter` (highpass), or record without the offset");
}

}  // namespace mote
