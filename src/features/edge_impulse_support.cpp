// Settings that the blocks of Edge Impulse share.
#include "features/edge_impulse_support.h"

namespace mote::edge_impulse {

AttrSpec version_attr(int64_t fallback) {
  return {"version", fallback, "implementation version of the block in Edge Impulse, 1 to 4", {}, 1, 4};
}

AttrSpec truth_attr(const std::string &name, bool fallback, const std::string &doc) {
  return features::truth_attr(name, fallback, doc, {{"no", "false"}, {"yes", "true"}});
}

}  // namespace mote::edge_impulse
