// The table of blocks that a preprocessing may have, made of feature_list.def.
//
// What a block is: feature_def.h. Their order in a preprocessing is checked in preprocessing.cpp.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "features/feature_def.h"

namespace mote {

const std::vector<const FeatureDef *> &all_features() {
  static const std::vector<const FeatureDef *> kFeatures = {
#define MOTE_FEATURE(name) &features::name##_feature(),
#include "features/feature_list.def"
#undef MOTE_FEATURE
  };
  return kFeatures;
}

const FeatureDef &feature_by_name(const std::string &name) {
  for (const FeatureDef *feature : all_features())
    if (feature->name == name) return *feature;
  std::vector<std::string> names;
  for (const FeatureDef *feature : all_features()) names.push_back(feature->name);
  const std::string near = nearest(name, names);
  throw Error(ErrorCode::kUnsupported, "preprocessing", fmt::format("no block is called '{}'", name),
              near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

}  // namespace mote
