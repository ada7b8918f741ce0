// Rows of cells as lines of text.
#pragma once

#include <string>
#include <vector>

namespace mote {

// Columns two blanks apart, numbers to the right; a row may have fewer cells than others.
std::string table_text(const std::vector<std::vector<std::string>> &rows,
                       const std::vector<bool> &is_number = {});

// The items of a list as facts have it: "best, customer-a".
std::vector<std::string> items_of(const std::string &list);

}  // namespace mote
