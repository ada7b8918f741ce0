// What a reader of files leaves out of a program: layers whose outputs are known ahead, and layers that
// change nothing.
#pragma once

#include "mote/program.h"

namespace mote {

// Runs a layer whose inputs are constants, or that asks for their shapes only (Property::kReadsShapes), and
// stores what it gives as constants; none of it may be an input or output of the program. False: it is no
// such layer, or its outputs take more than `most_bytes`. Errors: kUnsupported, kShape, as those of binding
// it.
bool fold_constant_layer(IntegerProgram &program, const ProgramLayer &layer, size_t most_bytes);

// Layers that leave every value as it is (OpDef::leaves_values) go; what they read is read in their place.
void drop_idle_layers(IntegerProgram &program);

}  // namespace mote
