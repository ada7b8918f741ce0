// Records of a run as JSON text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"

namespace mote {

std::string json_text(const nlohmann::json &json);  // indented; bytes that are not UTF-8 are replaced
// null where there is no such file. Errors: kDataFormat.
nlohmann::json read_json(const fs::path &path);

}  // namespace mote
