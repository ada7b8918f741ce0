// What times of a board add to a profile.
#pragma once

#include "mote/device.h"

namespace mote {

// p.cycles, from the board's own measurements where there are any, else from its core; and where `o` has a
// log of the board, what it says. Errors: those of parse_benchmark(); kInvalidArgument for a log without a
// board.
void estimate_cycles(const IntegerProgram &program, const ProfileOptions &o, Profile &p);

}  // namespace mote
