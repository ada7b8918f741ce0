// What the recurrent layers share.
#pragma once

#include "nn/layer.h"

namespace mote::nn {

// A layer over the op of the same name: units, return_sequences, initializer, l1, l2 and its own settings.
LayerDef recurrent_layer(const std::string &type, const std::string &display, std::vector<AttrSpec> own);

}  // namespace mote::nn
