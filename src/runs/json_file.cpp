#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

std::string json_text(const json &j) { return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n"; }

}  // namespace mote
