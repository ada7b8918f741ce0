// Time on silicon from instructions. The emulator counts instructions; how many cycles they take depends on
// the core. Published times (timings.toml) are of other engines on the same four models, so a factor for each
// core, engine and model is fitted to them: log cycles = log instructions + core + engine + model, least
// squares; the engine whose instructions are known (CMSIS-NN) has the factor 1. What remains unexplained
// where a board is left out of the fit gives the interval. A core without times of known instructions has its
// cycles from a model of its pipeline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mote/device.h"

namespace mote {

struct ModelledCore {
  std::string core, basis;
  double cycles_per_instruction = 0, low = 0, high = 0;
};

struct CycleFit {
  // nullopt: no published time of this core, and no model.
  std::optional<CycleEstimate> estimate(const std::string &core, double instructions) const;
  // What the figures of a fitted core rest on.
  std::string basis_of(size_t core) const;

  std::vector<std::string> cores;
  std::vector<double> log_factor;                // cycles per instruction of each
  std::vector<std::vector<std::string>> boards;  // with published times of each
  std::vector<ModelledCore> modelled;
  double log_half_width = 0;  // of the interval, in log cycles
  // How the interval was found: points of boards that were left out in turn, and how many it covers.
  int left_out_points = 0, covered_points = 0;
};

const CycleFit &cycle_fit();

}  // namespace mote
