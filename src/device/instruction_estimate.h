// Instructions and code of a program that is not run: for each op, so many per multiply-add and per output,
// fitted to measured layers (src/device/instructions.toml, written by `./dev bench device`).
#pragma once

#include <string>

#include "program/program.h"

namespace mote {

struct CountEstimate {
  double instructions = 0;
  bool is_known = false;    // false: nothing was measured for this core
  bool is_guessed = false;  // of this core no layer that runs by this routine was measured
  double error = 0;         // relative; covers 80 % of the measured models' totals; of a guess 1
};
// Of one layer, by the routine that runs it; of what a call does beside the layers, by "predict" or "invoke".
CountEstimate estimate_layer(const std::string &core, const std::string &routine, double macs,
                             double outputs);

// Code of the routines, bytes, as compiled for a Cortex-M4 with -O2.
size_t estimate_code_bytes(const std::string &source);

}  // namespace mote
