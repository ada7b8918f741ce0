// The score of a detector as nodes of a graph: what stands behind the network, or behind the input alone.
// `reach`: of the int8 input, see DetectorSettings.
#pragma once

#include <string>

#include "mote/model.h"

namespace mote {

// Behind the whole graph: the mean squared difference of its output and its input.
void add_reconstruction_error(Graph &graph, double reach);
// Behind the input of a graph without nodes.
void add_gaussian(Graph &graph, const std::string &covariance, double reach);
void add_centroids(Graph &graph, int centroids, double reach);

}  // namespace mote
