// A table as it is kept: numbers in one list, texts by their number.
//
// Rows come from csv.cpp; what columns mean is columns.cpp's.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "base/lists.h"
#include "data/columns.h"

namespace mote {

std::string TableFile::text(size_t row, size_t column) const {
  const double value = at(row, column);
  if (kinds[column] == CellKind::kText) return words[column][static_cast<size_t>(value)];
  return value == std::floor(value) && std::fabs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                               : fmt::format("{}", value);
}

int TableFile::place_of(const std::string &column) const {
  const size_t place = place_in(columns, column);
  if (place == columns.size()) return -1;
  return place;
}

size_t TableFile::column_named(const std::string &column) const {
  const size_t place = place_in(columns, column);
  if (place < columns.size()) return place;
  throw Error(ErrorCode::kDataFormat, path, fmt::format("has no column '{}'", column),
              fmt::format("its columns are {}", few_of(columns)));
}

TableFile compact(Table &&table) {
  TableFile f;
  f.columns = std::move(table.columns);
  f.units = std::move(table.units);
  f.kinds = std::move(table.kinds);
  f.has_header = table.has_header;
  f.lost = std::move(table.lost);
  const size_t n = f.columns.size();
  f.words.resize(n);
  std::vector<std::map<std::string, size_t>> index(n);
  f.rows.reserve(table.rows.size());
  f.values.reserve(table.rows.size() * n);
  for (Table::Row &row : table.rows) {
    f.rows.push_back({row.line, row.starts_recording});
    for (size_t c = 0; c < n; ++c) {
      double value = row.values[c];
      if (f.kinds[c] == CellKind::kText) {
        const auto [it, is_new] = index[c].try_emplace(std::move(row.texts[c]), f.words[c].size());
        if (is_new) f.words[c].push_back(it->first);
        value = it->second;
      }
      f.values.push_back(value);
    }
    row = {};  // as the list grows, the table goes
  }
  return f;
}

}  // namespace mote
