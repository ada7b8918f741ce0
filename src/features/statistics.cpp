// Statistics of each channel of a window: [rows, channels] to one vector, channel after channel. The formulas
// are those of runtime/features/mote_statistics.h, which is what runs here too.
//
// It learns nothing and has no tables.
#include "mote_statistics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "features/feature_def.h"

namespace mote {

namespace features {

namespace {

const std::vector<std::pair<std::string, int32_t>> &statistics_by_name() {
  static const std::vector<std::pair<std::string, int32_t>> kNames = {
      {"mean", MOTE_STATISTIC_MEAN},
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

std::string all_statistics() {
  std::vector<std::string> names;
  for (const auto &[name, bit] : statistics_by_name()) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ","));
}

int32_t wanted_statistics(const std::string &list) {
  int32_t wanted = 0;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    const std::string word(trim(std::string_view(list).substr(at, end - at)));
    const auto &names = statistics_by_name();
    const auto found =
        std::find_if(names.begin(), names.end(), [&](const auto &entry) { return entry.first == word; });
    if (found == names.end())
      throw Error(ErrorCode::kInvalidArgument, "statistics", fmt::format("there is no statistic '{}'", word),
                  "there are " + all_statistics());
    wanted |= found->second;
    at = end + 1;
  }
  return wanted;
}

mote_statistics_params statistics_params(const PreprocessingStep &s, const Shape &in) {
  return {in[0], static_cast<int32_t>(in.elements()) / in[0], wanted_statistics(s.attrs.text("values"))};
}

Shape statistics_shape(const PreprocessingStep &s, const Shape &in) {
  const mote_statistics_params p = statistics_params(s, in);
  if (p.rows < 2)
    throw Error(ErrorCode::kInvalidArgument, "statistics", "a window of one row has none",
                "use longer windows");
  return {1, p.channels * __builtin_popcount(static_cast<unsigned>(p.wanted))};
}

}  // namespace

const FeatureDef &statistics_feature() {
  static const std::vector<FeatureMember<mote_statistics_params>> kMembers = {
      {"rows", &mote_statistics_params::rows},
      {"channels", &mote_statistics_params::channels},
      {"wanted", &mote_statistics_params::wanted}};
  static const FeatureDef kDef = {
      .name = "statistics",
      .formula = "of each channel, the statistics of `values` in the order of mote_statistics.h",
      .attrs = {{"values", all_statistics(), "which ones, with commas between; their order is fixed"}},
      .tables = {},
      .fits = [](const PreprocessingStep &, const Shape &in) { return in[0] > 1; },
      .shape = statistics_shape,
      .fit = [](PreprocessingStep &, const Shape &, const float *, size_t) {},
      .apply =
          [](const PreprocessingStep &s, const Shape &in, const float *x, float *work, float *y) {
            const mote_statistics_params p = statistics_params(s, in);
            mote_statistics(&p, x, work, y);
          },
      .c = [](const PreprocessingStep &s,
              const Shape &in) { return feature_call("statistics", kMembers, statistics_params(s, in)); },
      .with_quantization = NotSupported{"gives floats"},
      .operations =
          [](const PreprocessingStep &s, const Shape &in) {
            return in.elements() * (4.0 + 3 * __builtin_popcount(wanted_statistics(s.attrs.text("values"))));
          },
      .doc = "mean, deviation, RMS, extremes, skewness, kurtosis and crossings of each channel"};
  return kDef;
}

}  // namespace features

}  // namespace mote
