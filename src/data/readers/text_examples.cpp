// Pairs of tables as archives of features write them: a row of numbers for each example, and in another file
// a line for its class.
//
// Names alone decide nothing, as x_1.csv and y_1.csv may be gestures: the widths of both must fit.
#include "data/readers/text_examples.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/error.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/given_parts.h"
#include "data/layout.h"
#include "data/readers/examples.h"
#include "data/readers/readers.h"
#include "data/text_lines.h"

namespace mote {

namespace {

constexpr const char *kPersons[] = {"subject", "subjects", "group", "groups"};

bool is_text_table(const fs::path &path) {
  const std::string ending = extension_of(path);
  return ending == ".txt" || ending == ".csv" || ending == ".tsv" || ending == ".data";
}

// "_train" of "y_train", where nothing else stands behind the word.
bool is_part_suffix(const std::string &rest) {
  return rest.empty() ||
         (rest[0] == '_' && !part_of_stem(rest.substr(1)).empty() && without_part(rest.substr(1)).empty());
}

// What follows the word in the stem, or nullopt.
std::optional<std::string> behind(const fs::path &path, const std::string &word) {
  const std::string stem = path.stem().string();
  if (!is_text_table(path) || !lower(stem).starts_with(word)) return {};
  const std::string rest = stem.substr(word.size());
  return is_part_suffix(rest) ? std::optional(rest) : std::nullopt;
}

fs::path beside(const fs::path &path, const std::string &stem) {
  return path.parent_path() / (stem + path.extension().string());
}

// Up to `most` are told apart.
size_t cells_of_first_line(const fs::path &path, size_t most) {
  std::ifstream in(path, std::ios::binary);
  bool is_in_cell = false;
  size_t cells = 0;
  for (char c; cells < most && in.get(c);) {
    if ((c == '\n' || c == '\r') && cells > 0) break;
    const bool is_between = std::string_view(" \t,;|\r\n").find(c) != std::string_view::npos;
    cells += !is_between && !is_in_cell;
    is_in_cell = !is_between;
  }
  return cells;
}

// Without rows that were skipped, which would shift all that follow.
TableFile whole_table(Intake &intake, const fs::path &path) {
  std::vector<Finding> problems;
  Table table = parse_table(intake.read(path), path.string(), {}, problems);
  if (!problems.empty())
    Intake::fail(problems[0].where, problems[0].message,
                 "its rows belong to those of the files beside it, so none can be left out");
  TableFile file = compact(std::move(table));
  file.path = path.string();
  return file;
}

NpyArray array_of(const TableFile &f) {
  std::vector<size_t> columns;
  for (size_t c = 0; c < f.columns.size(); ++c) {
    if (f.columns[c].empty()) continue;  // an index
    if (f.kinds[c] != CellKind::kNumber)
      Intake::fail(f.path, fmt::format("column '{}' holds no numbers", printable(f.columns[c])),
                   "a table with its classes in another file holds features and nothing else");
    columns.push_back(c);
  }
  NpyArray x{{f.rows.size(), columns.size()}, {}};
  x.values.reserve(f.rows.size() * columns.size());
  for (size_t r = 0; r < f.rows.size(); ++r)
    for (const size_t c : columns) x.values.push_back(f.at(r, c));
  return x;
}

// "5.0000000e+00" is the class 5.
std::string name_of_cell(std::string_view cell) {
  const auto value = parse_number(cell);
  return value && *value == std::floor(*value) && std::fabs(*value) < 1e15 ? fmt::format("{:.0f}", *value)
                                                                           : std::string(cell);
}

using CellLines = std::vector<Cells>;

constexpr const char *kDelimiters = ",;\t";

// Between the first delimiter that stands in it, else between blanks.
Cells cells_of_any(std::string_view line) {
  const size_t at = line.find_first_of(kDelimiters);
  return cells_of(line, at == line.npos ? ' ' : line[at]);
}
bool are_between_blanks(std::string_view line) { return line.find_first_of(kDelimiters) == line.npos; }

// The first of two cells counts the lines, from 0 or 1, below a name or none.
bool are_numbered(const CellLines &lines, size_t below) {
  if (lines.size() <= below) return false;
  const auto first = parse_number(lines[below][0]);
  if (!first || (*first != 0 && *first != 1)) return false;
  for (size_t i = below; i < lines.size(); ++i)
    if (lines[i].size() != 2 || parse_number(lines[i][0]) != *first + static_cast<double>(i - below))
      return false;
  return true;
}

// The place of the only 1 in a row of zeros.
std::optional<size_t> place_of_one(const Cells &row) {
  std::optional<size_t> place;
  for (size_t c = 0; c < row.size(); ++c) {
    const auto value = parse_number(row[c]);
    if (!value || (*value != 0 && (*value != 1 || place))) return {};
    if (*value == 1) place = c;
  }
  return row.size() > 1 ? place : std::nullopt;
}

bool are_one_hot(const CellLines &lines) {
  return !lines.empty() && std::all_of(lines.begin(), lines.end(), [&](const Cells &row) {
    return row.size() == lines[0].size() && place_of_one(row);
  });
}

// A name above the values, which none of them is.
bool is_heading(const std::vector<std::string> &cells) {
  const bool are_numbers =
      std::all_of(cells.begin() + 1, cells.end(), [](auto &c) { return parse_number(c); });
  return std::find(cells.begin() + 1, cells.end(), cells[0]) == cells.end() &&
         !(are_numbers && parse_number(cells[0]));
}

// A line for each of `count` rows, below a name or none: its words, or what stands behind its number, or the
// place of a 1.
std::vector<std::string> cells_of_lines(Intake &intake, const fs::path &path, size_t count) {
  const std::string bytes = intake.read(path);
  const TextLines text = text_lines(bytes);
  if (!text.refusal.empty()) Intake::fail(path.string(), text.refusal);
  CellLines lines;
  std::vector<std::string> cells;
  for (const TextLine &line : text.lines) {
    lines.push_back(cells_of_any(line.text));
    while (lines.back().size() > 1 && lines.back().back().empty()) lines.back().pop_back();
  }
  const size_t below = lines.size() == count + 1;
  const bool is_numbered = are_numbered(lines, below), is_one_hot = !is_numbered && are_one_hot(lines);
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = text.lines[i].text;
    const bool are_words = are_between_blanks(line) && !parse_number(lines[i][0]);
    if (is_one_hot)
      cells.push_back(std::to_string(*place_of_one(lines[i])));
    else if (is_numbered || lines[i].size() == 1)
      cells.push_back(name_of_cell(lines[i].back()));
    else if (are_words)
      cells.push_back(fmt::format("{}", fmt::join(lines[i], " ")));
    if (cells.size() == i || !is_utf8(line))
      Intake::fail(at_line(path.string(), text.lines[i].number), fmt::format("has {} cells", lines[i].size()),
                   "expected one, in text: a line for each row of the table of examples");
  }
  if (below == 1 && count > 0 && is_heading(cells)) cells.erase(cells.begin());
  if (is_one_hot)
    intake.say(fmt::format("{} is one-hot: its classes are the places of the 1", path.filename().string()));
  return cells;
}

// Of the first line: one cell, or two; words; or a 1 among zeros.
bool may_be_classes(const fs::path &path) {
  constexpr size_t kMostCells = 2;
  if (cells_of_first_line(path, kMostCells + 1) <= kMostCells) return true;
  std::ifstream in(path, std::ios::binary);
  std::string line(1 << 12, '\0');
  in.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<size_t>(in.gcount()));
  line.resize(std::min(line.size(), line.find_first_of("\r\n")));
  const Cells cells = cells_of_any(line);
  const bool are_words = are_between_blanks(line) &&
                         std::none_of(cells.begin(), cells.end(),
                                      [](std::string_view c) { return parse_number(c).has_value(); });
  return are_words || place_of_one(cells);
}

}  // namespace

std::vector<fs::path> examples_beside(const fs::path &companion) {
  std::vector<std::string> words = {"y"};
  words.insert(words.end(), std::begin(kPersons), std::end(kPersons));
  for (const std::string &word : words)
    if (const auto rest = behind(companion, word))
      return {beside(companion, "X" + *rest), beside(companion, "x" + *rest)};
  return {};
}

bool are_examples_with(const fs::path &examples, const fs::path &companion) {
  constexpr size_t kFewestFeatures = 4;
  return cells_of_first_line(examples, kFewestFeatures) == kFewestFeatures && may_be_classes(companion);
}

bool is_text_companion(const fs::path &path) {
  const std::vector<fs::path> examples = examples_beside(path);
  return std::any_of(examples.begin(), examples.end(),
                     [&](const fs::path &x) { return fs::exists(x) && are_examples_with(x, path); });
}

fs::path labels_beside(const Intake &intake, const FoundFile &file) {
  const auto rest = behind(file.path, "x");
  if (!rest) return {};
  for (const char *y : {"y", "Y"}) {
    const fs::path labels = beside(file.path, y + *rest);
    if (intake.has_companion(labels) && (intake.has_known_files() || are_examples_with(file.path, labels)))
      return labels;
  }
  return {};
}

void read_text_examples(Intake &intake, const FoundFile &file, const fs::path &labels) {
  const std::optional<ForModel> &model = intake.options().model;
  const std::string path = file.path.string();
  const NpyArray x = array_of(whole_table(intake, file.path));
  std::vector<std::string> y, persons;
  if (!model || model->uses_labels) {
    y = cells_of_lines(intake, labels, x.rows());
    intake.say(fmt::format("classes come from {}", labels.filename().string()));
  }
  const std::string rest = *behind(file.path, "x");
  for (const char *word : kPersons) {
    const fs::path persons_path = beside(file.path, word + rest);
    if (model || !persons.empty() || !intake.has_companion(persons_path)) continue;
    persons = cells_of_lines(intake, persons_path, x.rows());
    intake.say(fmt::format("groups come from {}", persons_path.filename().string()));
  }
  add_examples(intake, {x, y, persons, part_of(file)}, path);
}

}  // namespace mote
