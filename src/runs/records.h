// The form of every record of a run that mote reads back.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace mote {

// A record by the name of its file (run_file), from its text. Errors: kDataFormat naming `where`, the field,
// what it must be and what it is, with what to do.
nlohmann::json read_record(const std::string &name, const std::string &text, const std::string &where);

}  // namespace mote
