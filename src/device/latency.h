// Time on silicon from instructions. The emulator counts instructions; how many cycles they take depends on
// the core. Published times (timings.toml) are of other engines on the same four models, so a factor for each
// core, engine and model is fitted to them: log cycles = log instructions + core + engine + model, least
// squares; the engine whose instructions are known (CMSIS-NN) has the factor 1. What remains unexplained
// where a board is left out of the fit gives the interval.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/device.h"

namespace mote {

struct CycleFit {
  // nullopt: no published time of this core.
  std::optional<CycleEstimate> estimate(const std::string &core, double instructions) const;

  std::vector<std::string> cores;
  std::vector<double> log_factor;  // cycles per instruction of each
  double log_half_width = 0;       // of the interval, in log cycles
  // How the interval was found: points of boards that were left out in turn, and how many it covers.
  int left_out_points = 0, covered_points = 0;
};

const CycleFit &cycle_fit();

}  // namespace mote
