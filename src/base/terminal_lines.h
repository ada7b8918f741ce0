// Lines of text in so many columns of a terminal: the width of letters, and tables and sentences made
// narrower. What a text is escaped for comes first (escape.h); where it is shown, and how wide that is, is
// the command's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mote {

// Columns that a line takes on a terminal: two for wide letters (CJK), none for combining ones (wcwidth).
size_t columns_of(std::string_view line);
bool has_wide_letters(std::string_view line);

// A line in at most so many columns: where it is longer "..." stands for its middle. Two thirds of what is
// kept are of its end, where a path has its name. At a width below seven the beginning alone.
std::string shortened(std::string_view line, size_t columns);

// "40 s", "53 min", "2 h 10 min", "3 d 4 h": at most two units, rounded.
std::string duration_text(double seconds);

// The text with no line wider than `columns`, where that is possible without losing what a person would
// copy. Tables (lines that follow each other, with columns two blanks apart) lose blanks between their
// columns first, then the middle of long paths, then words of the last column go on below it; what still
// does not fit goes below in parts, the first column in each. Sentences go on in the next line at a
// word, below their own beginning. 0 columns: as it is.
std::string fitted(std::string_view text, size_t columns);

}  // namespace mote
