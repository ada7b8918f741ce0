// Numbers with a sign between thousands, "1,677" or "1.677", which read as decimals are a thousandth of what
// they are, beside whole ones that are right.
//
// A column is told by all of its numbers: every one with a sign has groups of three digits behind a first
// one that is not 0, and whole numbers beside them are larger than these would be as decimals.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

class GroupedNumbers {
 public:
  // A number of the column as it is written and as it was read.
  void add(size_t column, std::string_view cell, double value, long line) {
    if (column >= columns_.size()) columns_.resize(column + 1);
    if (!columns_[column].is_decimal) look_at(columns_[column], cell, value, line);
  }

  struct Suspect {
    size_t column = 0;
    long line = 0;
    std::string cell;    // the first with a sign
    double largest = 0;  // of the whole numbers beside it
  };
  // `are_quoted`: the sign is the one that separates columns, so that decimals are hardly written with it.
  std::optional<Suspect> suspect(bool are_quoted) const;

 private:
  struct Column {
    bool is_decimal = false;  // some number has another count of digits behind its sign
    size_t grouped = 0, whole = 0;
    double largest_grouped = 0, largest_whole = 0;
    long line = 0;
    std::string first;
  };
  static void look_at(Column &column, std::string_view cell, double value, long line);

  std::vector<Column> columns_;
};

}  // namespace mote
