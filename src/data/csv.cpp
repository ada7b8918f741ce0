#include "data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace mote {

namespace {

struct Line {
  long number;
  int blanks_before;
  std::string_view text;
};

std::vector<Line> non_blank_lines(std::string_view bytes) {
  std::vector<Line> lines;
  long number = 0;
  int blanks = 0;
  while (!bytes.empty()) {
    const size_t end = bytes.find_first_of("\r\n");
    const std::string_view text = trim(bytes.substr(0, end));
    ++number;
    if (end == std::string_view::npos)
      bytes = {};
    else
      bytes.remove_prefix(end +
                          (bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n' ? 2 : 1));
    if (text.empty()) {
      ++blanks;
      continue;
    }
    lines.push_back({number, blanks, text});
    blanks = 0;
  }
  return lines;
}

char find_delimiter(std::string_view line) {
  for (char c : {',', ';', '\t'})
    if (line.find(c) != std::string_view::npos) return c;
  return ' ';
}

std::vector<std::string_view> cells_of(std::string_view line, char delimiter) {
  std::vector<std::string_view> cells;
  while (true) {
    const size_t end = line.find(delimiter);
    std::string_view cell = trim(line.substr(0, end));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    if (delimiter != ' ' || !cell.empty()) cells.push_back(cell);
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

bool is_header(const std::vector<std::string_view> &cells) {
  return !cells.empty() && std::all_of(cells.begin(), cells.end(), [](std::string_view c) {
    return !c.empty() && !parse_number(c) && !(c.front() >= '0' && c.front() <= '9') && c.front() != '-' &&
           c.front() != '.';
  });
}

// The usual number of blank lines between two rows; more than that separates recordings.
int usual_blanks(const std::vector<Line> &lines) {
  std::map<int, size_t> counts;
  for (size_t i = 2; i < lines.size(); ++i) ++counts[lines[i].blanks_before];
  if (counts.empty()) return 0;
  return std::max_element(counts.begin(), counts.end(), [](auto &a, auto &b) { return a.second < b.second; })
      ->first;
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text.substr(0, 40)) out += c >= 32 && c < 127 ? c : '?';
  return out + (text.size() > 40 ? "..." : "");
}

}  // namespace

Table parse_csv(const std::string &bytes, const std::string &path,
                const std::vector<std::string> &text_columns, std::vector<Finding> &problems) {
  Table table;
  const auto problem = [&](long line, const std::string &message) {
    problems.push_back({Severity::kError, at_line(path, line), message});
  };
  std::string_view text = bytes;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF") {
    problem(0, "is UTF-16 text; save it as UTF-8 or plain ASCII");
    return table;
  }
  if (text.find('\0') != std::string_view::npos) {
    problem(0, "holds zero bytes; this is not a text file");
    return table;
  }
  const std::vector<Line> lines = non_blank_lines(text);
  if (lines.empty()) {
    problem(0, "is empty");
    return table;
  }
  const char delimiter = find_delimiter(lines[0].text);
  const std::vector<std::string_view> first = cells_of(lines[0].text, delimiter);
  table.has_header = is_header(first);
  for (size_t i = 0; i < first.size(); ++i)
    table.columns.push_back(table.has_header ? std::string(first[i]) : fmt::format("c{}", i));
  if (!is_utf8(lines[0].text)) {
    problem(lines[0].number, "the header is not UTF-8 text");
    return table;
  }
  std::vector<bool> is_text(table.columns.size());
  for (size_t i = 0; i < table.columns.size(); ++i)
    is_text[i] = std::find(text_columns.begin(), text_columns.end(), table.columns[i]) != text_columns.end();
  const int usual = usual_blanks(lines);
  bool starts = true;
  for (size_t i = table.has_header ? 1 : 0; i < lines.size(); ++i) {
    const Line &line = lines[i];
    const std::vector<std::string_view> cells = cells_of(line.text, delimiter);
    if (i > 0 && line.blanks_before > usual) starts = true;
    const bool is_separator =
        std::all_of(cells.begin(), cells.end(), [](std::string_view c) { return c.empty() || c == "-"; });
    if (is_separator || (table.has_header && cells == first)) {
      starts = true;
      continue;
    }
    if (cells.size() != table.columns.size()) {
      problem(line.number, fmt::format("has {} values, expected {} ({})", cells.size(), table.columns.size(),
                                       fmt::join(table.columns, ", ")));
      continue;
    }
    Table::Row row{line.number, starts, std::vector<double>(cells.size()), {}};
    bool is_good = true;
    for (size_t c = 0; c < cells.size() && is_good; ++c) {
      if (is_text[c]) continue;
      const auto value = parse_number(cells[c]);
      if (!value) {
        problem(line.number,
                fmt::format("'{}' in column {} is not a number", printable(cells[c]), table.columns[c]));
        is_good = false;
      } else {
        row.values[c] = *value;
      }
    }
    if (!is_good) continue;
    if (!text_columns.empty()) row.texts.assign(cells.begin(), cells.end());
    table.rows.push_back(std::move(row));
    starts = false;
  }
  if (table.rows.empty() && problems.empty()) problem(0, "has a header but no rows");
  return table;
}

}  // namespace mote
