// toml++ behind one function. Where it would run into what it believes impossible, it throws instead
// (toml.h).
//
// What the keys mean is not known here: project/reader.cpp.
#include "base/toml.h"

#include "base/error.h"
#include "base/text.h"

namespace mote {

namespace {

struct Refused {};

}  // namespace

void refuse_toml() { throw Refused(); }

toml::table parse_toml(const std::string &text, const std::string &where) {
  if (!is_utf8(text)) throw Error(ErrorCode::kDataFormat, where, "is not UTF-8 text");
  try {
    return toml::parse(text, where);
  } catch (const toml::parse_error &e) {
    throw Error(ErrorCode::kDataFormat, at_line(where, e.source().begin.line), std::string(e.description()));
  } catch (const Refused &) {
    throw Error(ErrorCode::kDataFormat, where, "is not valid TOML");
  }
}

}  // namespace mote
