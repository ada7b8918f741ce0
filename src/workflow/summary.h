// What a model is made of, for people and for programs: `mote summary`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mote/model.h"

namespace mote {

struct SummaryOf {
  nlohmann::json record;
  std::string text;
};
// is_folded: as deployed, batch normalization inside the weights before it.
SummaryOf summary_of(const Model &model, bool is_folded = false);
// Of a run (with its int8 program once it has one), a project, also before any training, or a model file.
// "": the project or newest run here. `assignments`: "key=value" in place of what mote.toml says, of a
// project before its first training. Errors: as find_run() and load(); kInvalidArgument when a run or a file
// is given others.
SummaryOf summary_of(const std::string &target, bool is_folded = false,
                     const std::vector<std::string> &assignments = {});

}  // namespace mote
