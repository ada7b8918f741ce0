// Normalization of each window by itself, so that what two recordings differ in (an offset, a loudness) is
// gone. That of all windows by the training data is normalization.cpp.
#include "features/block_routine.h"
#include "mote_window_normalization.h"

namespace mote::features {

namespace {

const std::map<std::string, int32_t> &window_methods() {
  static const std::map<std::string, int32_t> kMethods = {{"mean", MOTE_WINDOW_MEAN},
                                                          {"standard", MOTE_WINDOW_STANDARD},
                                                          {"minmax", MOTE_WINDOW_MINMAX},
                                                          {"max_abs", MOTE_WINDOW_MAX_ABS}};
  return kMethods;
}

mote_window_normalization_params window_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), step.attrs.text("per") == "axis",
          window_methods().at(step.attrs.text("method")), static_cast<float>(step.attrs.number("epsilon"))};
}

}  // namespace

const FeatureDef &window_normalization_feature() {
  using P = mote_window_normalization_params;
  static const FeatureDef kDef = routine_feature<P>(
      {.name = "window_normalization",
       .formula =
           "y = (x - mean) / deviation, x - mean, (x - min) / (max - min), or x / max |x| of the window; "
           "a divisor below epsilon is epsilon, and 0 where that is 0",
       .doc = "each window less its mean, by its deviation, or by its extremes",
       .attrs = {{"method",
                  std::string("standard"),
                  "less the mean; that by the deviation; from 0 to 1; by the largest magnitude",
                  {"mean", "standard", "minmax", "max_abs"}},
                 {"per",
                  std::string("axis"),
                  "of each channel by itself, or of all values of the window",
                  {"axis", "window"}},
                 {"epsilon",
                  1e-6,
                  "least divisor, in the unit of the data: what varies less is no signal",
                  {},
                  0,
                  1e30}},
       .shape = [](const PreprocessingStep &, const Shape &in) { return in; },
       .frames = NotSupported{"normalizes by the whole window"},
       .operations = [](const PreprocessingStep &, const Shape &in) { return 12.0 * in.elements(); },
       .rate_behind = same_rate},
      {"window_normalization",
       mote_window_normalization,
       {{"rows", &P::rows},
        {"channels", &P::channels},
        {"is_per_axis", &P::is_per_axis},
        {"method", &P::method},
        {"epsilon", &P::epsilon}},
       window_numbers});
  return kDef;
}

}  // namespace mote::features
