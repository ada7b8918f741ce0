// .arff of Weka: attributes with names and kinds, then a line for each example. The nominal attribute is the
// class; a relational one holds dimensions as "1,2\n3,4". Files of that name without attributes are plain
// tables. Source of the format: Weka's documentation of ARFF.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/csv.h"
#include "data/readers/archive.h"
#include "data/text_lines.h"

namespace mote {

namespace {

std::string_view unquoted(std::string_view cell) {
  cell = trim(cell);
  if (cell.size() >= 2 && (cell.front() == '\'' || cell.front() == '"') && cell.back() == cell.front())
    cell = cell.substr(1, cell.size() - 2);
  return cell;
}

// By commas outside of quotes of either kind.
std::vector<std::string_view> arff_cells(std::string_view line) {
  std::vector<std::string_view> cells;
  size_t start = 0;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0)
      quote = c == quote ? '\0' : quote;
    else if (c == '\'' || c == '"')
      quote = c;
    else if (c == ',') {
      cells.push_back(line.substr(start, i - start));
      start = i + 1;
    }
  }
  cells.push_back(line.substr(start));
  return cells;
}

std::vector<std::vector<float>> dimensions_of(std::string_view text, const std::string &path, long line) {
  std::vector<std::vector<float>> dimensions;
  while (true) {
    const size_t end = text.find("\\n");
    dimensions.push_back(read_series(text.substr(0, end), path, line));
    if (end == std::string_view::npos) return dimensions;
    text.remove_prefix(end + 2);
  }
}

// "@attribute temp real": temp, without the digits that number it.
std::string word_of_attribute(std::string_view line) {
  line.remove_prefix(std::string_view("@attribute").size());
  line = trim(line);
  std::string_view name = line.substr(0, line.find_first_of(" \t"));
  if (!line.empty() && (line.front() == '\'' || line.front() == '"'))
    name = line.substr(1, line.find(line.front(), 1) - 1);
  while (!name.empty() && name.back() >= '0' && name.back() <= '9') name.remove_suffix(1);
  return lower(std::string(name));
}

}  // namespace

void read_arff(Intake &intake, const FoundFile &file) {
  const std::string path = file.path.string(), bytes = intake.read(path);
  const TextLines text = text_lines(bytes);
  if (!text.refusal.empty()) Intake::fail(path, text.refusal);
  if (text.lines.empty()) Intake::fail(path, "is empty");
  if (text.lines[0].text.front() != '@') return read_delimited(intake, file, bytes);
  std::vector<bool> is_class;
  std::set<std::string> words;  // of the names of numeric attributes
  bool is_data = false, is_relational = false, is_inside = false, has_any = false;
  for (const TextLine &line : text.lines) {
    const std::string where = at_line(path, line.number);
    if (!is_data) {
      const std::string declared = lower(std::string(line.text));
      if (declared.starts_with("@end")) is_inside = false;
      if (declared.starts_with("@data")) is_data = true;
      if (!declared.starts_with("@attribute") || is_inside) continue;
      const bool is_nested = declared.ends_with("relational");
      is_relational |= is_nested;
      is_inside = is_nested;
      is_class.push_back(line.text.find('{') != std::string_view::npos);
      if (!is_class.back()) words.insert(word_of_attribute(line.text));
      continue;
    }
    if (line.text.front() == '{') Intake::fail(where, "is a sparse row, which is not read");
    const auto cells = arff_cells(line.text);
    if (cells.size() != is_class.size())
      Intake::fail(where, fmt::format("has {} values, expected {}", cells.size(), is_class.size()));
    const auto at = std::find(is_class.rbegin(), is_class.rend(), true);  // the last one, by custom
    const bool has_label = at != is_class.rend();
    if (!has_label && !intake.options().model) Intake::fail(path, "has no nominal attribute, so no classes");
    size_t label = cells.size();
    if (has_label) label = is_class.rend() - at - 1;
    Series series;
    series.line = line.number;
    if (has_label) series.label = unquoted(cells[label]);
    std::string flat;
    for (size_t c = 0; c < cells.size(); ++c) {
      if (c == label) continue;
      if (is_relational)
        series.dimensions = dimensions_of(unquoted(cells[c]), path, line.number);
      else
        flat += fmt::format("{}{}", flat.empty() ? "" : ",", unquoted(cells[c]));
    }
    if (!is_relational) series.dimensions.push_back(read_series(flat, path, line.number));
    add_series(intake, series, file);
    has_any = true;
  }
  if (!has_any) Intake::fail(path, "holds no rows after @data");
  // att1, att2, ... are the values of a series; attributes of different names are features, each of its scale
  if (!is_relational && words.size() > 1) intake.set().is_features = true;
  intake.say("classes are the nominal attribute of the .arff file");
}

}  // namespace mote
