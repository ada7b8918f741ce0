// Records of a run as JSON text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mote {

std::string json_text(const nlohmann::json &json);  // indented; bytes that are not UTF-8 are replaced

}  // namespace mote
