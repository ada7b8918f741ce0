// Raw: chosen channels of the window as they are, times a factor.
#include "features/block_routine.h"
#include "mote_raw.h"

namespace mote::features {

namespace {

mote_raw_params raw_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), static_cast<int32_t>(chosen_axes(step, in).size()),
          static_cast<float>(step.attrs.number("scale")), nullptr};
}

}  // namespace

const FeatureDef &raw_feature() {
  using P = mote_raw_params;
  static const FeatureDef kDef = routine_feature<P>(
      {.name = "raw",
       .formula = "y[t, k] = scale x[t, axes[k]]",
       .doc = "the window itself, or some of its channels, times a factor",
       .attrs = {axes_attr(), {"scale", 1.0, "multiplies every value", {}, -1e30, 1e30}},
       .tables = {{"columns", "int16_t", true}},
       .shape =
           [](const PreprocessingStep &step, const Shape &in) {
             return Shape{rows_of(in), static_cast<int>(chosen_axes(step, in).size())};
           },
       .frames = row_by_row,
       .tables_of =
           [](const PreprocessingStep &step, const Shape &in) {
             return Tables{{"columns", chosen_axes(step, in)}};
           },
       .operations = [](const PreprocessingStep &, const Shape &in) { return 1.0 * in.elements(); },
       .rate_behind = same_rate},
      {"raw",
       mote_raw,
       {{"rows", &P::rows},
        {"channels", &P::channels},
        {"chosen", &P::chosen},
        {"scale", &P::scale},
        {"columns", &P::columns}},
       raw_numbers});
  return kDef;
}

}  // namespace mote::features
