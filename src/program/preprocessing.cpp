#include "mote/preprocessing.h"

#include "base/error.h"

namespace mote {

const std::vector<float> &PreprocessingStep::table(const std::string &name) const {
  const auto found = tables.find(name);
  MOTE_CHECK(found != tables.end());
  return found->second;
}

}  // namespace mote
