#include "train/quantize_settings.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote {

const std::vector<std::pair<std::string, RangeMethod>> &range_method_names() {
  static const std::vector<std::pair<std::string, RangeMethod>> kNames = {
      {"min-max", RangeMethod::kMinMax},
      {"moving-average", RangeMethod::kMovingAverage},
      {"percentile", RangeMethod::kPercentile},
      {"mse", RangeMethod::kMse},
      {"entropy", RangeMethod::kEntropy}};
  return kNames;
}

RangeMethod range_method(const std::string &name) {
  std::vector<std::string> names;
  for (const auto &[known, method] : range_method_names()) {
    if (known == name) return method;
    names.push_back(known);
  }
  throw Error(ErrorCode::kInvalidArgument, "calibration", fmt::format("'{}' is no method", name),
              fmt::format("use {}", fmt::join(names, ", ")));
}

const std::string &range_method_name(RangeMethod method) {
  return range_method_names()[static_cast<size_t>(method)].first;
}

}  // namespace mote
