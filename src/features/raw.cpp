// Raw: chosen channels of the window as they are, times a factor.
#include <cmath>

#include "features/block_routine.h"
#include "mote_fixed_raw.h"
#include "mote_raw.h"

namespace mote::features {

namespace {

mote_raw_params raw_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), static_cast<int32_t>(chosen_axes(step, in).size()),
          static_cast<float>(step.attrs.number("scale")), nullptr};
}

RoutineBlock raw_block() {
  return {.name = "raw",
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
          .rate_behind = same_rate};
}

// In integers ---------------------------------------------------------------------------------------------

// scale = factor 2^exponent; a power of two leaves the samples as they are.
ScaledNumber raw_factor(const PreprocessingStep &step) {
  ScaledNumber factor{0, 0};
  const double significand = std::frexp(step.attrs.number("scale"), &factor.exponent);
  factor.significand = static_cast<int32_t>(std::lround(std::ldexp(significand, 15)));
  if (std::abs(factor.significand) == 1 << 14) {
    factor.significand *= 2;
    --factor.exponent;
  }
  return factor;
}

mote_fixed_raw_params fixed_raw_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), static_cast<int32_t>(chosen_axes(step, in).size()),
          raw_factor(step).significand, nullptr};
}

std::vector<int> raw_exponents(const PreprocessingStep &step, const Shape &in) {
  std::vector<int> exponents;
  for (const float axis : chosen_axes(step, in))
    exponents.push_back(step.exponents[static_cast<size_t>(axis)] + MOTE_SIGNAL_BITS -
                        raw_factor(step).exponent);
  return exponents;
}

const FeatureDef &fixed_raw() {
  using P = mote_fixed_raw_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = raw_block();
    block.gives_signal = true;
    return fixed_feature<P>(block, {"fixed_raw",
                                    mote_fixed_raw,
                                    {{"rows", &P::rows},
                                     {"channels", &P::channels},
                                     {"chosen", &P::chosen},
                                     {"factor", &P::factor},
                                     {"columns", &P::columns}},
                                    fixed_raw_numbers,
                                    raw_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &raw_feature() {
  using P = mote_raw_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = raw_block();
    block.fixed = &fixed_raw();
    return routine_feature<P>(block, {"raw",
                                      mote_raw,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"chosen", &P::chosen},
                                       {"scale", &P::scale},
                                       {"columns", &P::columns}},
                                      raw_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
