// Decimation: one row of so many, behind a low-pass.
#include "features/resample_support.h"

namespace mote::features {

static ResampleRatio decimate_ratio(const PreprocessingStep &step) {
  return {1, step.attrs.integer("factor")};
}

const FeatureDef &decimate_feature() {
  static const FeatureDef kDef = resampling_feature(
      "decimate", "one row of so many, behind a low-pass, as scipy.signal.resample_poly gives them",
      {{"factor", int64_t{2}, "of so many rows one is kept", {}, 1, 1000}}, decimate_ratio,
      [](const PreprocessingStep &step, const Shape &) {
        return Tables{{"taps", resample_taps(decimate_ratio(step))}};
      },
      [](const PreprocessingStep &step, const Shape &in) {
        return resample_numbers(step, in, decimate_ratio(step));
      });
  return kDef;
}

}  // namespace mote::features
