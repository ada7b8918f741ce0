// Weights that share few values: k-means in one dimension. How these are trained: train/held_weights.h.
// Source: Han et al. 2016 (Deep Compression), sections 3 and 3.2 of where the values start.
#pragma once

#include <cstdint>

#include "mote/compress.h"

namespace mote {

// The values that `count` numbers of `values` become, at most, each the mean of those that are nearer to it
// than to the others. In rising order.
std::vector<float> cluster_values(std::vector<float> values, int count, ClusterStart start, uint64_t seed);

// Gives the parameter's weights as few values as its form says. Weights that are 0 and stay so are one of
// them.
void cluster_weights(Parameter &p, ClusterStart start, uint64_t seed);

}  // namespace mote
