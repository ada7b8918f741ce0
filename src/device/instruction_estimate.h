// Instructions and code of a program that is not run: how often the loops of its routines run (work.h), and
// what each of them takes on the core, fitted to measured layers (src/device/instructions.toml, written by
// `./dev bench device`).
#pragma once

#include <string>

#include "device/work.h"
#include "program/program.h"

namespace mote {

struct CountEstimate {
  double instructions = 0;
  bool is_known = false;    // false: nothing was measured for this core
  bool is_guessed = false;  // of this core no layer that runs by this routine was measured
  // Relative; covers 80 % of the totals of networks that were not in the fit; of a guess 1.
  double error = 0;
};
// Of one call of a routine; of what a call of the model does beside the layers, by "predict" or "invoke".
CountEstimate estimate_call(const std::string &core, const std::string &routine, const Work &work);

// Bytes of flash of the routines, what they need of the compiler's library, and the model's own file, without
// weights, at -O2. Of a core that was never measured: those of a Cortex-M4.
double estimate_code_bytes(const std::string &core, const IntegerProgram &program);

}  // namespace mote
