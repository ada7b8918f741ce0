// Names of runs and paths in them; the rest is public: mote/runs.h.
#pragma once

#include <string>

#include "base/files.h"
#include "mote/runs.h"

namespace mote {

// Whether the run `a` is older than `b`, by name alone: 20261122-134000-wave before 20261122-134000-wave-02
// before -10 before -100. A name that does not begin with a time (someone's own) is older than all that do.
bool is_older_run(const std::string &a, const std::string &b);

// `path` from `folder` where it lies inside, else absolute: a project that is copied or moved finds its own.
std::string path_within(const fs::path &folder, const fs::path &path);

}  // namespace mote
