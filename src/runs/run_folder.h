// The folder of a run: its name, and which one is meant.
#pragma once

#include <string>
#include <vector>

#include "project/project.h"

namespace mote {

struct RunFolder {
  std::string path, project;                  // the run, and the project folder two levels above it
  std::vector<std::string> assignments = {};  // "key=value", in place of what the run was made with
};
// A new name under <project>/runs: 20261122-134000-name.
std::string new_run_path(const Project &project);
// Whether there is one that find_run("", project_folder) would find.
bool has_finished_run(const std::string &project_folder);
// `run`: a path, a name under ./runs, or "" for the newest. Errors: kNotFound with what to do.
RunFolder find_run(const std::string &run, const std::string &project_folder = ".");

}  // namespace mote
