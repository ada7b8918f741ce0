// Autocorrelation of each channel: how alike the window is to itself so many rows later, which shows what
// repeats, at whatever strength.
#include <fmt/format.h>

#include "features/block_routine.h"
#include "mote_autocorrelation.h"
#include "mote_fixed_autocorrelation.h"

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

RoutineBlock autocorrelation_block() {
  return {
      .name = "autocorrelation",
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
          }};
}

// In integers ---------------------------------------------------------------------------------------------

mote_fixed_autocorrelation_params fixed_autocorrelation_numbers(const PreprocessingStep &step,
                                                                const Shape &in) {
  const mote_autocorrelation_params p = autocorrelation_numbers(step, in);
  return {p.rows, p.channels, p.lags, p.is_centered, p.tells_peak};
}

std::vector<int> autocorrelation_exponents(const PreprocessingStep &step, const Shape &) {
  constexpr int kShareBits = 20;
  std::vector<int> exponents(static_cast<size_t>(step.attrs.integer("lags")), kShareBits);
  if (is_true(step, "first_peak")) exponents.push_back(0);
  return exponents;
}

const FeatureDef &fixed_autocorrelation() {
  using P = mote_fixed_autocorrelation_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = autocorrelation_block();
    block.shape = [](const PreprocessingStep &step, const Shape &in) {
      refuse_long(step, rows_of(in));
      return autocorrelation_shape(step, in);
    };
    return fixed_feature<P>(block, {"fixed_autocorrelation",
                                    mote_fixed_autocorrelation,
                                    {{"rows", &P::rows},
                                     {"channels", &P::channels},
                                     {"lags", &P::lags},
                                     {"is_centered", &P::is_centered},
                                     {"tells_peak", &P::tells_peak}},
                                    fixed_autocorrelation_numbers,
                                    autocorrelation_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &autocorrelation_feature() {
  using P = mote_autocorrelation_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = autocorrelation_block();
    block.fixed = &fixed_autocorrelation();
    return routine_feature<P>(block, {"autocorrelation",
                                      mote_autocorrelation,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"lags", &P::lags},
                                       {"is_centered", &P::is_centered},
                                       {"tells_peak", &P::tells_peak}},
                                      autocorrelation_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
