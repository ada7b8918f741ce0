// A model that others trained, behind the front end that a project says and before anything is written.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mote/program.h"
#include "mote/project.h"

namespace mote {

struct ImportedModel {
  IntegerProgram program;
  nlohmann::json record;  // file, bytes and sha256, as run.json has them
  std::vector<std::string> notes;
};

// Errors: as import_run().
ImportedModel imported_model(const Project &project);

}  // namespace mote
