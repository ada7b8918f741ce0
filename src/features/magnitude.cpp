// Magnitude: the length of the vector that some channels are, as an accelerometer's, which does not say how
// the device is turned.
#include "features/block_routine.h"
#include "mote_magnitude.h"

namespace mote::features {

namespace {

mote_magnitude_params magnitude_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), static_cast<int32_t>(chosen_axes(step, in).size()),
          is_true(step, "keep"), nullptr};
}

}  // namespace

const FeatureDef &magnitude_feature() {
  using P = mote_magnitude_params;
  static const FeatureDef kDef = routine_feature<P>(
      {.name = "magnitude",
       .formula = "y[t] = sqrt(sum over k of x[t, axes[k]]^2)",
       .doc =
           "the length of the vector of some channels, such as the strength of an acceleration in whatever "
           "direction",
       .attrs = {axes_attr(), truth_attr("keep", false, "the channels stay, in front of it")},
       .tables = {{"columns", "int16_t", true}},
       .shape =
           [](const PreprocessingStep &step, const Shape &in) {
             chosen_axes(step, in);
             return Shape{rows_of(in), is_true(step, "keep") ? channels_of(in) + 1 : 1};
           },
       .frames = row_by_row,
       .tables_of =
           [](const PreprocessingStep &step, const Shape &in) {
             return Tables{{"columns", chosen_axes(step, in)}};
           },
       .operations =
           [](const PreprocessingStep &step, const Shape &in) {
             return rows_of(in) * (8.0 * static_cast<double>(chosen_axes(step, in).size()) + 20);
           },
       .rate_behind = same_rate},
      {"magnitude",
       mote_magnitude,
       {{"rows", &P::rows},
        {"channels", &P::channels},
        {"chosen", &P::chosen},
        {"keeps", &P::keeps},
        {"columns", &P::columns}},
       magnitude_numbers});
  return kDef;
}

}  // namespace mote::features
