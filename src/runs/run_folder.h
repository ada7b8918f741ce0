// The folder of a run: its name, and which one is meant.
#pragma once

#include <string>

#include "project/project.h"

namespace mote {

struct RunFolder {
  std::string path, project;  // the run, and the project folder two levels above it
};
// A new name under <project>/runs: 20261122-134000-name.
std::string new_run_path(const Project &project);
// `run`: a path, a name under ./runs, or "" for the newest. Errors: kNotFound with what to do.
RunFolder find_run(const std::string &run, const std::string &project_folder = ".");

}  // namespace mote
