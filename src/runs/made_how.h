// How a run was made, as its run.json says it: settings, recordings and their parts, parent, program.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mote/project.h"

namespace mote {

// What a command line can say instead of mote.toml, and the place of the data, from run.json, also of
// format 1. Throws nlohmann's exceptions.
void apply_record(const nlohmann::json &record, Project &project);

// Each file that was read, with size, SHA-256 and the part of each recording in it. `parts` may be empty: not
// divided.
nlohmann::json recordings_record(const Recordings &recordings, const Parts &parts,
                                 const std::string &project_folder);
// Of contents and parts; a file that only has another name changes nothing.
std::string digest_of_data(const nlohmann::json &recordings_record);

// run.json. kind: "training", "compression", "cross-validation" or "import"; parent: the run whose weights it
// began with, or "".
nlohmann::json run_record(const Project &project, const std::string &kind, const Recordings &recordings,
                          const Parts &parts, const std::string &parent = "");

}  // namespace mote
