// Normalization of each window by itself, so that what two recordings differ in (an offset, a loudness) is
// gone. That of all windows by the training data is normalization.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "features/block_routine.h"
#include "mote_fixed_window_normalization.h"
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

RoutineBlock window_normalization_block() {
  return {.name = "window_normalization",
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
          .rate_behind = same_rate};
}

// In integers ---------------------------------------------------------------------------------------------

mote_fixed_window_normalization_params fixed_window_numbers(const PreprocessingStep &step, const Shape &in) {
  const mote_window_normalization_params p = window_numbers(step, in);
  return {p.rows, p.channels, p.is_per_axis, p.method, nullptr, nullptr};
}

Shape fixed_window_shape(const PreprocessingStep &step, const Shape &in) {
  constexpr size_t kMostValues = 65535;  // whose sum has 32 bits
  const mote_window_normalization_params p = window_numbers(step, in);
  const size_t values = p.is_per_axis ? static_cast<size_t>(p.rows) : in.elements();
  if (values > kMostValues)
    refuse(step, fmt::format("{} values with one mean are too many for integers", values),
           fmt::format("use at most {}, or features.arithmetic = \"float\"", kMostValues));
  if (p.method == MOTE_WINDOW_MEAN && step.attrs.number("epsilon") > 1)
    refuse(step, fmt::format("epsilon is {:g}, but a mean divides by nothing", step.attrs.number("epsilon")),
           "leave it out");
  return in;
}

// The unit that values with one mean have in common.
int common_exponent(const PreprocessingStep &step, size_t channel) {
  return step.attrs.text("per") == "axis" ? step.exponents[channel]
                                          : *std::min_element(step.exponents.begin(), step.exponents.end());
}

Tables fixed_window_tables(const PreprocessingStep &step, const Shape &) {
  constexpr int kMostDown = 15, kMostBits = 27, kLeastBits = 8;
  Tables tables = {{"down", {}}, {"least", {}}};
  for (size_t c = 0; c < step.exponents.size(); ++c) {
    const int exponent = common_exponent(step, c);
    tables["down"].push_back(static_cast<float>(std::min(step.exponents[c] - exponent, kMostDown)));
    const double least = std::ldexp(step.attrs.number("epsilon"), exponent + kLeastBits);
    tables["least"].push_back(static_cast<float>(std::round(std::min(least, std::ldexp(1, kMostBits - 4)))));
  }
  return tables;
}

std::vector<int> window_exponents(const PreprocessingStep &step, const Shape &) {
  constexpr int kPartsBits = 19;
  std::vector<int> exponents;
  for (size_t c = 0; c < step.exponents.size(); ++c)
    exponents.push_back(window_methods().at(step.attrs.text("method")) == MOTE_WINDOW_MEAN
                            ? common_exponent(step, c) + MOTE_SIGNAL_BITS
                            : kPartsBits);
  return exponents;
}

const FeatureDef &fixed_window_normalization() {
  using P = mote_fixed_window_normalization_params;
  static_assert(
      int{MOTE_FIXED_MEAN} == MOTE_WINDOW_MEAN && int{MOTE_FIXED_STANDARD} == MOTE_WINDOW_STANDARD &&
      int{MOTE_FIXED_MINMAX} == MOTE_WINDOW_MINMAX && int{MOTE_FIXED_MAX_ABS} == MOTE_WINDOW_MAX_ABS);
  static const FeatureDef kDef = [] {
    RoutineBlock block = window_normalization_block();
    block.shape = fixed_window_shape;
    block.tables = {{"down", "int16_t", true}, {"least", "int32_t"}};
    block.tables_of = fixed_window_tables;
    block.gives_signal = true;
    return fixed_feature<P>(block, {"fixed_window_normalization",
                                    mote_fixed_window_normalization,
                                    {{"rows", &P::rows},
                                     {"channels", &P::channels},
                                     {"is_per_axis", &P::is_per_axis},
                                     {"method", &P::method},
                                     {"down", &P::down},
                                     {"least", &P::least}},
                                    fixed_window_numbers,
                                    window_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &window_normalization_feature() {
  using P = mote_window_normalization_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = window_normalization_block();
    block.fixed = &fixed_window_normalization();
    return routine_feature<P>(block, {"window_normalization",
                                      mote_window_normalization,
                                      {{"rows", &P::rows},
                                       {"channels", &P::channels},
                                       {"is_per_axis", &P::is_per_axis},
                                       {"method", &P::method},
                                       {"epsilon", &P::epsilon}},
                                      window_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
