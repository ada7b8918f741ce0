// The table of blocks that a preprocessing may have, made of feature_list.def.
//
// What a block is: feature_def.h. Their order in a preprocessing is checked in preprocessing.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

const FeatureDef &feature_of(const PreprocessingStep &step) {
  const FeatureDef &block = feature_by_name(step.block);
  if (step.arithmetic != Arithmetic::kFixed || block.stands_flat) return block;
  if (!block.fixed.is_given())
    throw Error(ErrorCode::kUnsupported, in_layer("preprocessing", block.name), block.fixed.why(),
                "set features.arithmetic = \"float\", or leave the block out");
  return *block.fixed.get();
}

// The numbers are of the table's type on a device.
static bool is_of_type(const FeatureTable &table, const std::vector<float> &values) {
  if (table.c_type == "float") return true;
  const bool is_unsigned = table.c_type[0] == 'u';
  const double reach = table.c_type.find("16") != std::string::npos ? 0x1p15 : 0x1p31;
  const double low = is_unsigned ? 0 : -reach, end = is_unsigned ? 2 * reach : reach;
  return std::all_of(values.begin(), values.end(),
                     [&](float v) { return v >= low && v < end && v == std::floor(v); });
}

// As long as the settings make them, as the routine reads that far; where it reads by them, the same.
static bool tables_follow(const FeatureDef &block, const PreprocessingStep &step, const Shape &in) {
  PreprocessingStep made = step;
  made.tables.clear();
  block.fit.get()(made, in, nullptr, 0);
  return std::all_of(block.tables.begin(), block.tables.end(), [&](const FeatureTable &table) {
    const auto found = step.tables.find(table.name);
    const std::vector<float> &own = made.table(table.name);
    return found != step.tables.end() && found->second.size() == own.size() &&
           is_of_type(table, found->second) && (!table.is_exact || found->second == own);
  });
}

bool step_fits(const PreprocessingStep &step, const Shape &in) {
  const FeatureDef &block = feature_of(step);
  try {
    block.shape(step, in);
    return block.fits ? block.fits(step, in) : tables_follow(block, step, in);
  } catch (const Error &) {
    return false;
  }
}

}  // namespace mote
