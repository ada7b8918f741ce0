// How the lines of a table are written: delimiter, decimal comma, what stands around it.
#pragma once

#include <string>
#include <vector>

#include "data/text_lines.h"

namespace mote {

using Cells = std::vector<std::string_view>;
inline constexpr size_t kLayoutSample = 50;  // rows that are looked at to decide how a table is written

struct TableLayout {
  char delimiter = ',';
  bool has_decimal_comma = false, has_line_ends = false;  // a ';' ends each line
  std::vector<std::string> said;
};

// Takes away what is no part of the table: a ';' at the end of each line, lines before it. `separator`: of a
// "sep=" line, or 0.
TableLayout find_layout(std::vector<TextLine> &lines, char separator);

// Takes away the ';' at the end of a line.
void strip_line_ends(std::vector<TextLine> &lines);

bool is_separator(const Cells &cells);  // between recordings: nothing but empty cells and dashes

struct CellNumber {
  double value = 0;
  bool is_number = false, is_too_large = false;  // for the float of a sample
};
CellNumber read_number(std::string_view cell, bool has_decimal_comma);

// "1,234.5", "0x1F", "12%", "0.5 g", "1.0D+00", "[0.1": digits, what stands around them in numbers, and a
// unit.
bool is_like_number(const std::string &text);

}  // namespace mote
