// What was done to make a run, in a few words.
#pragma once

#include <string>

#include "mote/runs.h"

namespace mote {

std::string step_name(const Run &run);  // "trained", "compressed, pruned structured:0.5, distilled"

}  // namespace mote
