// Access to the tables of a step. All else about a Preprocessing is data, declared in
// mote/preprocessing.h.
//
// What is done with one, and which steps there are: features/.
#include "mote/preprocessing.h"

#include "base/error.h"

namespace mote {

const std::vector<float> &PreprocessingStep::table(const std::string &name) const {
  const auto found = tables.find(name);
  MOTE_CHECK(found != tables.end());
  return found->second;
}

}  // namespace mote
