// toml++ behind one function. On some characters beyond ASCII where TOML allows none it runs into
// undefined behaviour (found by fuzzing), so they are found before it sees the text; where it would
// assert it throws instead (toml.h).
//
// What the keys mean is not known here: project/reader.cpp.
#include "base/toml.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace mote {

namespace {

struct Refused {};

// The line of the first character beyond ASCII that is in no string and no comment, where TOML allows none;
// 0: there is none. The parser runs into undefined behaviour on some of them (found by fuzzing).
long stray_character(const std::string &text) {
  long line = 1;
  char last = '\n';  // before c, blanks aside: a string opens only where a key or value may begin
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i], before = last;
    if (c != ' ' && c != '\t' && c != '\r') last = c;
    if (c == '\n') ++line;
    if (byte_of(c) >= 0x80) return line;
    if (c == '#') i = std::min(text.find('\n', i), text.size()) - 1;
    const bool is_quote = c == '"' || c == '\'', is_bracket = c == '[' || c == '{';
    if (!is_quote && !is_bracket) continue;
    if (before == '\0' || !std::strchr(is_quote ? "\n=,[{." : "\n=,[{", before)) {
      // Nothing can open here, so that the parser fails; but it looks ahead over what it takes for one value.
      const bool has_more =
          std::any_of(text.begin() + i, text.end(), [](char later) { return byte_of(later) >= 0x80; });
      return has_more ? line : 0;
    }
    if (is_bracket) continue;
    const bool is_long = text.compare(i, 3, std::string(3, c)) == 0;
    const std::string close(is_long ? 3 : 1, c);
    for (i += close.size(); i < text.size() && text.compare(i, close.size(), close) != 0; ++i) {
      if (text[i] == '\\' && c == '"') {
        // the parser asks of what follows a backslash, blanks left out, whether it is one more blank
        const size_t next = text.find_first_not_of(" \t\r\n", ++i);
        if (next != std::string::npos && byte_of(text[next]) >= 0x80) return line;
      }
      if (i < text.size() && text[i] == '\n') {
        ++line;
        if (!is_long) break;  // not closed: the parser says so
      }
    }
    if (i < text.size() && text[i] != '\n') i += close.size() - 1;
  }
  return 0;
}

}  // namespace

void refuse_toml() { throw Refused(); }

toml::table parse_toml(const std::string &text, const std::string &where) {
  if (!is_utf8(text)) throw Error(ErrorCode::kDataFormat, where, "is not UTF-8 text");
  if (const long line = stray_character(text); line > 0)
    throw Error(ErrorCode::kDataFormat, at_line(where, line),
                "holds a character beyond ASCII outside of a string or behind a backslash");
  try {
    return toml::parse(text, where);
  } catch (const toml::parse_error &e) {
    throw Error(ErrorCode::kDataFormat, at_line(where, e.source().begin.line), std::string(e.description()));
  } catch (const Refused &) {
    throw Error(ErrorCode::kDataFormat, where, "is not valid TOML");
  }
}

}  // namespace mote
