#include "collect/lines.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace mote {

namespace {

constexpr size_t kLongestLine = 4096;

std::vector<std::string_view> cells_of_line(std::string_view text) {
  constexpr std::string_view kFirm = ",;\t";
  const bool is_firm = text.find_first_of(kFirm) != std::string_view::npos;
  std::vector<std::string_view> cells;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find_first_of(is_firm ? kFirm : " ", at), text.size());
    const std::string_view cell = trim(text.substr(at, end - at));
    if (is_firm || !cell.empty()) cells.push_back(cell);
    at = end + 1;
  }
  // a separator behind the last cell
  if (cells.size() > 1 && cells.back().empty()) cells.pop_back();
  return cells;
}

bool is_name(std::string_view cell) {
  return !cell.empty() && std::isalpha(byte_of(cell[0])) != 0 &&
         std::all_of(cell.begin(), cell.end(), [](char c) { return std::isprint(byte_of(c)) != 0; });
}

// "x:0.1" names itself; the number is what follows.
bool read_cell(std::string_view cell, Line &line) {
  const size_t colon = cell.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view name = trim(cell.substr(0, colon));
    if (!is_name(name)) return false;
    line.names.emplace_back(name);
    cell = cell.substr(colon + 1);
  }
  const std::optional<double> number = parse_number(cell);
  if (!number) return false;
  const auto value = static_cast<float>(*number);
  line.values.push_back(value);
  return std::isfinite(value);
}

}  // namespace

Line parse_line(std::string_view text) {
  Line line;
  line.text = trim(text);
  if (line.text.starts_with('#')) {
    line.kind = Line::Kind::kRemark;
    line.text = trim(std::string_view(line.text).substr(1));
    return line;
  }
  const std::vector<std::string_view> cells = cells_of_line(line.text);
  if (!cells.empty() &&
      std::all_of(cells.begin(), cells.end(), [&](auto cell) { return read_cell(cell, line); }) &&
      (line.names.empty() || line.names.size() == line.values.size())) {
    line.kind = Line::Kind::kRow;
    return line;
  }
  line.values.clear();
  line.names.clear();
  if (!std::all_of(cells.begin(), cells.end(), is_name)) return line;
  line.kind = Line::Kind::kNames;
  line.names.assign(cells.begin(), cells.end());
  return line;
}

std::optional<Line> LineReader::next() {
  while (true) {
    const size_t end = pending_.find('\n', at_);
    if (end == std::string::npos) break;
    const std::string_view text = trim(std::string_view(pending_).substr(at_, end - at_));
    at_ = end + 1;
    if (std::exchange(is_joining_, false) || text.empty()) continue;
    return parse_line(text);
  }
  pending_.erase(0, at_);
  at_ = 0;
  if (pending_.size() <= kLongestLine) return std::nullopt;
  Line line;
  line.text = pending_.substr(0, kLongestLine);
  give_up();
  return line;
}

void LineReader::give_up() {
  pending_.clear();
  at_ = 0;
  is_joining_ = true;
}

}  // namespace mote
