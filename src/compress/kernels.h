// What compression asks of a kernel.
#pragma once

#include <string>
#include <vector>

#include "mote/model.h"

namespace mote {

// Weights [.., in, out]: each output channel reads all input channels. Not a depthwise kernel.
inline bool reads_channels(const Parameter &p) {
  return p.shape.rank() >= 2 && p.channel_axis == p.shape.rank() - 1;
}

// Of each parameter: whether it is of one of these layers. Errors: kNotFound, with the nearest name.
std::vector<bool> params_of_layers(const Graph &graph, const std::vector<std::string> &layers);

}  // namespace mote
