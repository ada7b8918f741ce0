// Statistics of each channel of a window: [rows, channels] to one vector, channel after channel. The formulas
// are those of runtime/features/mote_statistics.h, which is what runs here too.
//
// It learns nothing and has no tables.
#include "mote_statistics.h"

#include "features/block_routine.h"
#include "mote_fixed_statistics.h"

namespace mote::features {

namespace {

const NamedBits &statistics_by_name() {
  static const NamedBits kNames = {{"mean", MOTE_STATISTIC_MEAN},
                                   {"deviation", MOTE_STATISTIC_DEVIATION},
                                   {"rms", MOTE_STATISTIC_RMS},
                                   {"min", MOTE_STATISTIC_MIN},
                                   {"max", MOTE_STATISTIC_MAX},
                                   {"range", MOTE_STATISTIC_RANGE},
                                   {"skewness", MOTE_STATISTIC_SKEWNESS},
                                   {"kurtosis", MOTE_STATISTIC_KURTOSIS},
                                   {"zero_crossings", MOTE_STATISTIC_ZERO_CROSSINGS},
                                   {"mean_crossings", MOTE_STATISTIC_MEAN_CROSSINGS}};
  return kNames;
}

int32_t wanted_statistics(const PreprocessingStep &s) {
  return listed_bits(s, statistics_by_name(), "statistic");
}

mote_statistics_params statistics_params(const PreprocessingStep &s, const Shape &in) {
  return {rows_of(in), channels_of(in), wanted_statistics(s)};
}

Shape statistics_shape(const PreprocessingStep &s, const Shape &in) {
  const mote_statistics_params p = statistics_params(s, in);
  if (p.rows < 2) refuse(s, "a window of one row has none", "use longer windows");
  return {1, p.channels * __builtin_popcount(static_cast<unsigned>(p.wanted))};
}

RoutineBlock statistics_block() {
  return {.name = "statistics",
          .formula = "of each channel, the statistics of `values` in the order of mote_statistics.h",
          .doc = "mean, deviation, RMS, extremes, skewness, kurtosis and crossings of each channel",
          .attrs = {{"values", all_names(statistics_by_name()),
                     "which ones, with commas between; their order is fixed"}},
          .shape = statistics_shape,
          .frames = NotSupported{"is of the whole window"},
          .operations = [](const PreprocessingStep &s, const Shape &in) {
            return in.elements() * (4.0 + 3 * __builtin_popcount(wanted_statistics(s)));
          }};
}

// In integers ---------------------------------------------------------------------------------------------

mote_fixed_statistics_params fixed_statistics_params(const PreprocessingStep &s, const Shape &in) {
  return {rows_of(in), channels_of(in), wanted_statistics(s)};
}

Shape fixed_statistics_shape(const PreprocessingStep &s, const Shape &in) {
  refuse_long(s, rows_of(in));
  return statistics_shape(s, in);
}

// Of each channel's wanted ones.
std::vector<int> statistics_exponents(const PreprocessingStep &s, const Shape &in) {
  constexpr int kValueBits = 7, kShapeBits = 12, kShareBits = 20;
  std::vector<int> exponents;
  for (int32_t c = 0; c < channels_of(in); ++c)
    for (const auto &[name, bit] : statistics_by_name()) {
      if (!(wanted_statistics(s) & bit)) continue;
      if (bit < MOTE_STATISTIC_SKEWNESS)
        exponents.push_back(s.exponents[static_cast<size_t>(c)] + kValueBits);
      else
        exponents.push_back(bit < MOTE_STATISTIC_ZERO_CROSSINGS ? kShapeBits : kShareBits);
    }
  return exponents;
}

const FeatureDef &fixed_statistics() {
  using P = mote_fixed_statistics_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = statistics_block();
    block.shape = fixed_statistics_shape;
    return fixed_feature<P>(block, {"fixed_statistics",
                                    mote_fixed_statistics,
                                    {{"rows", &P::rows}, {"channels", &P::channels}, {"wanted", &P::wanted}},
                                    fixed_statistics_params,
                                    statistics_exponents});
  }();
  return kDef;
}

}  // namespace

const FeatureDef &statistics_feature() {
  using P = mote_statistics_params;
  static const FeatureDef kDef = [] {
    RoutineBlock block = statistics_block();
    block.fixed = &fixed_statistics();
    return routine_feature<P>(block,
                              {"statistics",
                               mote_statistics,
                               {{"rows", &P::rows}, {"channels", &P::channels}, {"wanted", &P::wanted}},
                               statistics_params});
  }();
  return kDef;
}

}  // namespace mote::features
