// The lines of a text file, whatever wrote it: encodings, line ends, comments, what programs print around
// data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

struct TextLine {
  long number;        // 1-based
  int blanks_before;  // blank lines since the line before
  std::string_view text;
};

struct TextLines {
  std::string converted;  // of UTF-16 or with typographic signs; the lines look into it or into what they
                          // were made from
  std::vector<TextLine> lines;    // without blank lines, comments and what is named in `said`
  int blanks_behind = 0;          // blank lines behind the last
  std::string_view last_comment;  // of those before the first line, without its mark: may name the columns
  char separator = 0;             // from a first line "sep=;"
  std::vector<std::string> said;  // what was found around the data and left out
  std::string refusal;            // why this is no text file; else empty
};

// Reads UTF-8, UTF-16 with or without a byte order mark, and the signs of units in Latin-1; LF, CRLF, CR.
// `bytes` must outlive the result.
TextLines text_lines(std::string_view bytes);

// One character (a code point up to 0x10FFFF) behind `out`.
void put_utf8(std::string &out, uint32_t c);

}  // namespace mote
