// Of a folded graph (fold() of mote/model.h): the form for fine-tuning, and who reads a value.
#pragma once

#include "mote/model.h"

namespace mote {

// A folded graph as it can be fine-tuned without its batches' statistics: without what acts in training only,
// what is left of batch normalization as weights of its own, and no l1 or l2, which were meant for the
// weights before folding.
Graph tunable(const Graph &folded);

// The one node that reads `value`, looking through views and what acts in training only; -1: none, or
// several, or the graph's output.
int only_reader(const Graph &graph, int value);

}  // namespace mote
