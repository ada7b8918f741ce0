#include "runs/json_file.h"

#include <fmt/format.h>

#include "base/error.h"

namespace mote {

using nlohmann::json;

std::string json_text(const json &j) { return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n"; }

json read_json(const fs::path &path) {
  if (!fs::exists(path)) return {};
  try {
    return json::parse(read_file(path));
  } catch (const json::exception &e) {
    throw Error(ErrorCode::kDataFormat, path.string(), fmt::format("is damaged ({})", e.what()));
  }
}

}  // namespace mote
