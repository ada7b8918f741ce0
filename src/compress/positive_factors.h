// Factors of a batch normalization that are below 0 would make 2 K values of K: folding multiplies the values
// that all channels of a kernel share by the factor of each channel.
#pragma once

#include "mote/model.h"

namespace mote {

// Turns the sign of those channels: of the kernel `param`, of the bias beside it, and of factor and moving
// mean of the normalization that reads it. The network computes the same.
void make_factors_positive(Graph &graph, size_t param);

}  // namespace mote
