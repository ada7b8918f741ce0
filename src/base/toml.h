// The TOML parser, and a way to call it that survives every file.
#pragma once

#include <string>

namespace mote {
[[noreturn]] void refuse_toml();
}
// The parser asserts on some malformed keys (found by fuzzing); a user's file must not abort the program.
#define TOML_ASSERT(expression) \
  if (!(expression)) ::mote::refuse_toml()
#include <toml++/toml.h>

namespace mote {

// Errors: kDataFormat with `where` and the line.
toml::table parse_toml(const std::string &text, const std::string &where);

}  // namespace mote
