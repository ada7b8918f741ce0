// Model: a graph together with the preprocessing its input needs and the names of its classes. There is no
// way to save one without the other.
#pragma once

#include "graph/graph.h"
#include "program/preprocessing.h"

namespace mote {

struct Model {
  Graph graph;
  Preprocessing preprocessing;
  std::vector<std::string> labels;  // empty unless the target is classes
};

}  // namespace mote
