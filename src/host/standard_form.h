// A program in which every layer is an operator that interpreters have.
#pragma once

#include "program/program.h"

namespace mote {

// Replaces layers that have a standard form by it. Gives the same bytes.
IntegerProgram in_standard_operators(const IntegerProgram &program);

}  // namespace mote
