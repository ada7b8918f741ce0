// Cycles per instruction of one board from models that were timed on it.
#pragma once

#include <optional>
#include <vector>

#include "mote/device.h"

namespace mote {

// Of a call of so many instructions; nullopt: nothing was measured.
std::optional<CycleEstimate> measured_cycles(const std::vector<BoardMeasurement> &list, double instructions);
// Without those of a model, and of the last measurement of each model only.
std::vector<BoardMeasurement> latest(const std::vector<BoardMeasurement> &list, const std::string &but = "");

}  // namespace mote
