// The recordings of one run beside those of another.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mote/runs.h"

namespace mote {

// `same`, `files`, and paths in only_a, only_b, changed, renamed (pairs), other_parts; `unknown` where a run
// does not say which recordings it has.
nlohmann::json data_difference(const Run &a, const Run &b);
// In words, without a full stop; `a` and `b` are called so.
std::string data_sentence(const nlohmann::json &difference, const std::string &a, const std::string &b);

}  // namespace mote
