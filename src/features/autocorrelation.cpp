// Autocorrelation of each channel: how alike the window is to itself so many rows later, which shows what
// repeats, at whatever strength.
#include <fmt/format.h>

#include "features/block_routine.h"
#include "mote_autocorrelation.h"

namespace mote::features {

namespace {

mote_autocorrelation_params autocorrelation_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), step.attrs.integer("lags"), is_true(step, "subtract_mean"),
          is_true(step, "first_peak")};
}

Shape autocorrelation_shape(const PreprocessingStep &step, const Shape &in) {
  const mote_autocorrelation_params p = autocorrelation_numbers(step, in);
  if (p.lags >= p.rows)
    refuse(step, fmt::format("{} lags of a window of {} rows", p.lags, p.rows),
           "use fewer lags or longer windows");
  return {1, p.channels * (p.lags + p.tells_peak)};
}

}  // namespace

const FeatureDef &autocorrelation_feature() {
  using P = mote_autocorrelation_params;
  static const FeatureDef kDef = routine_feature<P>(
      {.name = "autocorrelation",
       .formula = "r[l] = sum over t of d[t] d[t + l] / sum over t of d[t]^2, d = x - mean; 0 of a constant",
       .doc = "the correlation of each channel with itself some rows later, by that of no rows later",
       .attrs = {{"lags", int64_t{16}, "the largest lag in rows; the first one is 1", {}, 1, 65536},
                 truth_attr("subtract_mean", true, "of the channel less its mean"),
                 truth_attr(
                     "first_peak", false,
                     "behind them the rows to their first peak above 0, or 0: how long a repetition is")},
       .shape = autocorrelation_shape,
       .frames = NotSupported{"correlates the whole window"},
       .work_floats = [](const PreprocessingStep &,
                         const Shape &in) { return static_cast<size_t>(rows_of(in)); },
       .operations =
           [](const PreprocessingStep &step, const Shape &in) {
             return static_cast<double>(in.elements()) * (8 + 2.0 * step.attrs.integer("lags"));
           }},
      {"autocorrelation",
       mote_autocorrelation,
       {{"rows", &P::rows},
        {"channels", &P::channels},
        {"lags", &P::lags},
        {"is_centered", &P::is_centered},
        {"tells_peak", &P::tells_peak}},
       autocorrelation_numbers});
  return kDef;
}

}  // namespace mote::features
