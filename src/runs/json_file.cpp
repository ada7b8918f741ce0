// How all records of a run are laid out as text. What is not UTF-8 is replaced, for names of files may be
// anything.
//
// Written whole or not at all by base/files.h.
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

std::string json_text(const json &j) { return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n"; }

}  // namespace mote
