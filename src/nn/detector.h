// The score of a detector as nodes of a graph: what stands behind the network, or behind the input alone.
#pragma once

#include <string>

#include "mote/model.h"

namespace mote {

// Behind the whole graph: the mean squared difference of its output and its input.
void add_reconstruction_error(Graph &graph);
// Behind the input of a graph without nodes.
void add_gaussian(Graph &graph, const std::string &covariance);
void add_centroids(Graph &graph, int centroids);

}  // namespace mote
