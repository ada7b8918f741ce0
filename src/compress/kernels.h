// What compression asks of a kernel.
#pragma once

#include <algorithm>

#include "mote/model.h"

namespace mote {

// Weights [.., in, out]: each output channel reads all input channels. Not a depthwise kernel.
inline bool reads_channels(const Parameter &p) {
  return p.shape.rank() >= 2 && p.channel_axis == p.shape.rank() - 1;
}

}  // namespace mote
