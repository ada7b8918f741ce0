// Magnitude: the length of the vector that some channels are, as an accelerometer's, which does not say how
// the device is turned.
#include <algorithm>
#include <climits>

#include "features/block_routine.h"
#include "mote_fixed_magnitude.h"
#include "mote_magnitude.h"

namespace mote::features {

namespace {

mote_magnitude_params magnitude_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in), channels_of(in), static_cast<int32_t>(chosen_axes(step, in).size()),
          is_true(step, "keep"), nullptr};
}

RoutineBlock magnitude_block() {
  return {
      .name = "magnitude",
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
      .rate_behind = same_rate};
}

// In integers ---------------------------------------------------------------------------------------------

mote_fixed_magnitude_params fixed_magnitude_numbers(const PreprocessingStep &step, const Shape &in) {
  return {rows_of(in),           channels_of(in), static_cast<int32_t>(chosen_axes(step, in).size()),
          is_true(step, "keep"), nullptr,         nullptr};
}

// The coarsest unit of the chosen channels.
int length_exponent(const PreprocessingStep &step, const Shape &in) {
  int least = INT_MAX;
  for (const float axis : chosen_axes(step, in))
    least = std::min(least, step.exponents[static_cast<size_t>(axis)]);
  return least;
}

Tables fixed_magnitude_tables(const PreprocessingStep &step, const Shape &in) {
  constexpr int kMostDown = 47;  // then nothing is left
  Tables tables = {{"columns", chosen_axes(step, in)}, {"down", {}}};
  for (const float axis : tables["columns"]) {
    const int finer = step.exponents[static_cast<size_t>(axis)] - length_exponent(step, in);
    tables["down"].push_back(static_cast<float>(std::min(2 * finer, kMostDown)));
  }
  return tables;
}

std::vector<int> magnitude_exponents(const PreprocessingStep &step, const Shape &in) {
  std::vector<int> exponents;
  if (is_true(step, "keep"))
    for (const int own : step.exponents) exponents.push_back(own + MOTE_SIGNAL_BITS);
  exponents.push_back(length_exponent(step, in) + MOTE_SIGNAL_BITS - 1);
  return exponents;
}

const FeatureDef &fixed_magnitude() {
  using P = mote_fixed_magnitude_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = magnitude_block();
    block.tables = {{"columns", "int16_t", true}, {"down", "int16_t", true}};
    block.tables_of = fixed_magnitude_tables;
    block.gives_signal = true;
    return fixed_feature<P>(block, {"fixed_magnitude",
                                    mote_fixed_magnitude,
                                    {{"rows", &P::rows},
                                     {"channels", &P::channels},
                                     {"chosen", &P::chosen},
                                     {"keeps", &P::keeps},
                                     {"columns", &P::columns},
                                     {"down", &P::down}},
                                    fixed_magnitude_numbers,
                                    magnitude_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &magnitude_feature() {
  using P = mote_magnitude_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = magnitude_block();
    block.fixed = &fixed_magnitude();
    return routine_feature<P>(block, {"magnitude",
                                      mote_magnitude,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"chosen", &P::chosen},
                                       {"keeps", &P::keeps},
                                       {"columns", &P::columns}},
                                      magnitude_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
