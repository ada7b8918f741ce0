// What earlier runs of a project tell of the next: the figure that a split by groups gave, and how many were
// judged on one test part.
#pragma once

#include <string>

#include "mote/project.h"

namespace mote {

// "; by group it was 92.4 % (..., runs/20261130-...)" of the newest run of this project whose split keeps
// groups apart; "" without one.
std::string figure_by_groups(const Project &project);

}  // namespace mote
