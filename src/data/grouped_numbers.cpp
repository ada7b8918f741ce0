// Numbers with a sign between thousands; no file is read here.
#include "data/grouped_numbers.h"

#include <algorithm>
#include <cmath>

namespace mote {

namespace {

constexpr size_t kGroup = 3;  // digits

constexpr const char *kDigits = "0123456789";

}  // namespace

void GroupedNumbers::look_at(Column &column, std::string_view cell, double value, long line) {
  if (!cell.empty() && (cell[0] == '-' || cell[0] == '+')) cell.remove_prefix(1);
  const size_t sign = cell.find_first_not_of(kDigits);
  if (sign == std::string_view::npos) {
    ++column.whole;
    column.largest_whole = std::max(column.largest_whole, std::fabs(value));
    return;
  }
  const std::string_view behind = cell.substr(sign + 1);
  const bool is_grouped = (cell[sign] == ',' || cell[sign] == '.') && sign >= 1 && sign <= kGroup &&
                          cell[0] != '0' && behind.size() == kGroup &&
                          behind.find_first_not_of(kDigits) == std::string_view::npos;
  if (!is_grouped) {
    column.is_decimal = true;
    return;
  }
  if (column.grouped++ == 0) {
    column.first = cell;
    column.line = line;
  }
  column.largest_grouped = std::max(column.largest_grouped, std::fabs(value));
}

std::optional<GroupedNumbers::Suspect> GroupedNumbers::suspect(bool are_quoted) const {
  constexpr size_t kLeast = 3;
  constexpr double kFarAbove = 2;  // as decimals they would be of the size of the others
  for (size_t c = 0; c < columns_.size(); ++c) {
    const Column &column = columns_[c];
    if (column.is_decimal || column.grouped < kLeast) continue;
    const bool is_beside = column.whole > 0 && column.largest_whole > kFarAbove * column.largest_grouped;
    if (is_beside || are_quoted) return Suspect{c, column.line, column.first, column.largest_whole};
  }
  return {};
}

}  // namespace mote
