// Among files as they are: a table of intervals, and a table of names for classes that are numbers. A name
// only says which files are looked into; what they hold decides.
#include <algorithm>
#include <optional>

#include "base/error.h"
#include "data/column_names.h"
#include "data/intake.h"
#include "data/intervals.h"
#include "project/propose.h"

namespace mote {

namespace {

std::optional<TableFile> small_table(const fs::path &path) {
  constexpr size_t kLargest = size_t{16} << 20;
  std::error_code code;
  if (fs::file_size(path, code) > kLargest || code) return {};
  std::vector<Finding> problems;
  Table table = parse_table(read_file(path), path.string(), {}, problems);
  if (!problems.empty() || table.rows.empty()) return {};
  TableFile file = compact(std::move(table));
  file.path = path.string();
  return file;
}

bool may_be_about_others(const fs::path &path) {
  const std::string stem = lower(path.stem().string());
  for (const char *word : {"label", "annotation", "interval", "segment", "event", "mark", "activit", "class"})
    if (stem.find(word) != stem.npos) return true;
  return false;
}

}  // namespace

fs::path intervals_among(const std::vector<fs::path> &files, const std::vector<std::string> &join) {
  for (const fs::path &path : files) {
    if (!may_be_about_others(path)) continue;
    const std::optional<TableFile> table = small_table(path);
    if (!table) continue;
    try {
      LabelBook book;
      read_intervals(*table, book);
      const size_t named = std::count_if(files.begin(), files.end(), [&](const fs::path &f) {
        const std::string name = without_join_word(f.stem().string(), join) + f.extension().string();
        return f != path && book.find(f.parent_path() / name) != nullptr;
      });
      if (named * 2 >= files.size()) return path;
    } catch (const Error &) {  // another kind of table
    }
  }
  return {};
}

std::map<double, std::string> class_names_in(const fs::path &path) {
  std::map<double, std::string> names;
  if (!may_be_about_others(path)) return names;
  const std::optional<TableFile> table = small_table(path);
  if (!table || table->columns.size() != 2 || table->kinds[0] != CellKind::kNumber ||
      table->kinds[1] == CellKind::kNumber)
    return names;
  for (size_t r = 0; r < table->rows.size(); ++r) names[table->at(r, 0)] = table->text(r, 1);
  return names;
}

}  // namespace mote
