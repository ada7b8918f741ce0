// fold(): the graph as it is deployed. Layers that only scale and shift channels at inference (batch
// normalization) move into the weights of the layer before them, if they alone read it.
#pragma once

#include "graph/model.h"

namespace mote {

// Layers keep their names; one that moved away is left without nodes. Sums of biases and offsets are made in
// double precision.
Graph fold(const Graph &graph);
Model folded(const Model &model);  // with its graph folded

// A folded graph as it can be fine-tuned without its batches' statistics: without what acts in training only,
// what is left of batch normalization as weights of its own, and no l1 or l2, which were meant for the
// weights before folding.
Graph tunable(const Graph &folded);

// The one node that reads `value`, looking through views and what acts in training only; -1: none, or
// several, or the graph's output.
int only_reader(const Graph &graph, int value);

}  // namespace mote
