// The names of range methods, as mote.toml and --calibration have them.
#include "mote/quantize.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote {

const NameTable<RangeMethod> &range_method_names() {
  static const NameTable<RangeMethod> kNames({{"min-max", RangeMethod::kMinMax},
                                              {"moving-average", RangeMethod::kMovingAverage},
                                              {"percentile", RangeMethod::kPercentile},
                                              {"mse", RangeMethod::kMse},
                                              {"entropy", RangeMethod::kEntropy}});
  return kNames;
}

RangeMethod range_method(const std::string &name) {
  if (const RangeMethod *found = range_method_names().find(name)) return *found;
  throw Error(ErrorCode::kInvalidArgument, "calibration", fmt::format("'{}' is no method", name),
              fmt::format("use {}", fmt::join(range_method_names().names(), ", ")));
}

const std::string &range_method_name(RangeMethod method) { return range_method_names().name_of(method); }

}  // namespace mote
