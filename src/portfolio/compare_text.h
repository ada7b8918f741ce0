// Words of a comparison that its text and its page have in common.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mote/portfolio.h"

namespace mote {

std::string mark_of(size_t run);  // "A"
// Whether two models differ, in sentences, a line each; without the windows that flipped.
std::string test_sentences(const PairedComparison &test);
// The value of a setting or version that differs, at most `longest` columns.
std::string difference_text(const std::string &name, const nlohmann::json &value, size_t longest);

}  // namespace mote
