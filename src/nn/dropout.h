// What the spatial dropout layers share.
#pragma once

#include "mote/layer.h"

namespace mote::nn {

// Zeroes whole channels of inputs with `rank` dimensions in training.
LayerDef spatial_dropout(const std::string &type, const std::string &display, int rank);

}  // namespace mote::nn
