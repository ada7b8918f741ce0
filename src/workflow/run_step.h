// What was done to make a run, in a few words.
#pragma once

#include <string>

#include "mote/runs.h"

namespace mote {

std::string step_name(const Run &run);  // "trained", "compressed, pruned structured:0.5, distilled"
// The command that compresses `parent` as this run was, with all that is not as by default.
std::string compress_command(const Run &run, const std::string &parent);

}  // namespace mote
