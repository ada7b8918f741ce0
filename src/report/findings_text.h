// Findings of recordings in words.
#pragma once

#include <string>
#include <vector>

#include "mote/recordings.h"

namespace mote {

const char *severity_name(Severity severity);
// A line each, of which the first says how many there are.
std::string findings_text(const std::vector<Finding> &findings);

}  // namespace mote
