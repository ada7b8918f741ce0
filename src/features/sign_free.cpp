// Sign-free axes: absolute values, so that a device worn the other way round gives the same features.
#include "features/block_routine.h"
#include "mote_fixed_sign_free.h"
#include "mote_sign_free.h"

namespace mote::features {

namespace {

mote_sign_free_params sign_free_numbers(const PreprocessingStep &, const Shape &in) {
  return {rows_of(in), channels_of(in), nullptr};
}

Tables sign_free_tables(const PreprocessingStep &step, const Shape &in) {
  std::vector<float> is_free(static_cast<size_t>(channels_of(in)));
  for (const float axis : chosen_axes(step, in)) is_free[static_cast<size_t>(axis)] = 1;
  return {{"is_free", std::move(is_free)}};
}

RoutineBlock sign_free_block() {
  return {.name = "sign_free",
          .formula = "y[t, c] = |x[t, c]| of the chosen axes, x[t, c] of the others",
          .doc = "absolute values of some channels, for devices that may be worn the other way round",
          .attrs = {axes_attr()},
          .tables = {{"is_free", "int16_t"}},
          .shape =
              [](const PreprocessingStep &step, const Shape &in) {
                chosen_axes(step, in);
                return Shape{rows_of(in), channels_of(in)};
              },
          .frames = row_by_row,
          .tables_of = sign_free_tables,
          .operations = [](const PreprocessingStep &, const Shape &in) { return 2.0 * in.elements(); },
          .rate_behind = same_rate};
}

// In integers ---------------------------------------------------------------------------------------------

mote_fixed_sign_free_params fixed_sign_free_numbers(const PreprocessingStep &, const Shape &in) {
  return {rows_of(in), channels_of(in), nullptr};
}

const FeatureDef &fixed_sign_free() {
  using P = mote_fixed_sign_free_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = sign_free_block();
    block.gives_signal = true;
    return fixed_feature<P>(block,
                            {"fixed_sign_free",
                             mote_fixed_sign_free,
                             {{"rows", &P::rows}, {"channels", &P::channels}, {"is_free", &P::is_free}},
                             fixed_sign_free_numbers,
                             signal_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &sign_free_feature() {
  using P = mote_sign_free_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = sign_free_block();
    block.fixed = &fixed_sign_free();
    return routine_feature<P>(block,
                              {"sign_free",
                               mote_sign_free,
                               {{"rows", &P::rows}, {"channels", &P::channels}, {"is_free", &P::is_free}},
                               sign_free_numbers});
  }();
  return kDef;
}

}  // namespace mote::features
