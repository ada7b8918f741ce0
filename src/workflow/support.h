// What steps that make a run share.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "project/project.h"
#include "train/metrics.h"

namespace mote {

nlohmann::json run_record(const Project &project, const std::string &kind);
void add_evaluation(StagedFolder &staged, const Evaluation &evaluation);

}  // namespace mote
