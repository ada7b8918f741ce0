// Resampling to another rate whose ratio to the given one is that of two small integers.
#include <fmt/format.h>

#include <cmath>

#include "features/resample_support.h"

namespace mote::features {

// Errors: kInvalidArgument for rates without a simple ratio.
static ResampleRatio resample_ratio(const PreprocessingStep &step) {
  constexpr int32_t kMost = 1000;
  constexpr double kNear = 1e-6;
  const double rate = rate_of(step), wanted = step.attrs.number("to_hz");
  if (!(wanted > 0)) refuse(step, "the rate that is wanted is not set", "set to_hz to rows per second");
  for (int32_t down = 1; down <= kMost; ++down) {
    const double up = std::floor(wanted / rate * down + 0.5);
    if (up >= 1 && up <= kMost && std::fabs(up / down * rate - wanted) <= kNear * wanted)
      return {static_cast<int32_t>(up), down};
  }
  refuse(step,
         fmt::format("{:g} and {:g} rows per second have no ratio of integers up to {}", rate, wanted, kMost),
         "choose a to_hz that has");
}

const FeatureDef &resample_feature() {
  static const FeatureDef kDef = resampling_feature(
      "resample", "rows at another rate, as scipy.signal.resample_poly gives them",
      {rows_rate_attr(), {"to_hz", 0.0, "rows per second of what it gives", {}, 0, 1e9}}, resample_ratio,
      [](const PreprocessingStep &step, const Shape &) {
        return Tables{{"taps", resample_taps(resample_ratio(step))}};
      },
      [](const PreprocessingStep &step, const Shape &in) {
        return resample_numbers(step, in, resample_ratio(step));
      });
  return kDef;
}

}  // namespace mote::features
