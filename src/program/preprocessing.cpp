// The tables of a step of the preprocessing, by name. What steps do with them is in src/features.
// src/features.
#include "program/preprocessing.h"

#include "base/error.h"

namespace mote {

const std::vector<float> &PreprocessingStep::table(const std::string &name) const {
  const auto found = tables.find(name);
  MOTE_CHECK(found != tables.end());
  return found->second;
}

}  // namespace mote
