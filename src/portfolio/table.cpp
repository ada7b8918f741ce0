// Widths are those that letters take on a terminal; what is too wide for it, the command makes narrower.
//
// What stands in the cells: list.cpp, compare.cpp.
#include "portfolio/table.h"

#include <algorithm>

#include "base/terminal_lines.h"

namespace mote {

std::string table_text(const std::vector<std::vector<std::string>> &rows,
                       const std::vector<bool> &is_number) {
  std::vector<size_t> widths;
  for (const auto &row : rows)
    for (size_t c = 0; c < row.size(); ++c) {
      if (c == widths.size()) widths.push_back(0);
      widths[c] = std::max(widths[c], columns_of(row[c]));
    }
  std::string text;
  for (const auto &row : rows) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      const std::string blanks(widths[c] - columns_of(row[c]), ' ');
      line += c > 0 ? "  " : "";
      line += c < is_number.size() && is_number[c] ? blanks + row[c] : row[c] + blanks;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::vector<std::string> items_of(const std::string &list) {
  std::vector<std::string> items;
  for (size_t at = 0; at < list.size();) {
    const size_t end = std::min(list.find(", ", at), list.size());
    items.push_back(list.substr(at, end - at));
    at = end + 2;
  }
  return items;
}

}  // namespace mote
