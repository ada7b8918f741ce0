// What a node or a layer costs. Everything that shows, plans or estimates multiply-adds asks here; the
// formula of each op is its cost facet.
#pragma once

#include "mote/model.h"
#include "program/program.h"

namespace mote {

// One example's forward. Shapes of parameters follow those of the inputs, as the facet expects them.
Cost cost_of(const Graph &graph, const Node &node);

// One call of a layer; of an input that is absent the facet sees the empty shape. Bytes are those of the
// constants that the layer reads, as they are stored.
Cost cost_of(const IntegerProgram &program, const ProgramLayer &layer);

}  // namespace mote
