// A file of a model that mote cannot run: what stands in it, and all reasons.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "formats/model_format.h"

namespace mote {

nlohmann::json description_json(const FileDescription &file);
std::string description_text(const FileDescription &file);

}  // namespace mote
