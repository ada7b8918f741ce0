// How a table is read: lines, delimiter, header, kinds of columns, rows; each step looks at what the one
// before found.
#include "data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "base/error.h"
#include "base/lists.h"
#include "base/text.h"
#include "data/column_names.h"
#include "data/grouped_numbers.h"
#include "data/layout.h"
#include "data/moment.h"
#include "data/problems.h"
#include "data/text_lines.h"

namespace mote {

bool is_unit(std::string_view cell) {
  if (cell.size() > 2 && (cell.front() == '(' || cell.front() == '[')) return true;
  // one string, so that it reads as a list
  static const std::string kUnits =
      " s ms us ns sec g mg m/s2 m/s^2 m/s\xC2\xB2 deg/s dps rad/s \xC2\xB0/s uT \xC2\xB5T T V mV A mA uA "
      "hPa Pa kPa C \xC2\xB0"
      "C degC K % lux lx ppm dB Hz counts lsb LSB raw W N m mm deg rad ";
  return cell.find(' ') == std::string_view::npos &&
         kUnits.find(fmt::format(" {} ", cell)) != std::string::npos;
}

namespace {

// The usual number of blank lines between two rows; more than that separates recordings.
int usual_blanks(const std::vector<TextLine> &lines) {
  std::map<int, size_t> counts;
  for (size_t i = 2; i < lines.size(); ++i) ++counts[lines[i].blanks_before];
  if (counts.empty()) return 0;
  return std::max_element(counts.begin(), counts.end(), [](auto &a, auto &b) { return a.second < b.second; })
      ->first;
}

class Parser {
 public:
  Parser(const std::string &bytes, const std::string &path, const TableOptions &options,
         std::vector<Finding> &problems)
      : options_(options), text_(text_lines(bytes)), problems_(path, problems) {}

  // Lines behind others of the same table.
  Table parse_on(const TableStretch &stretch) {
    const TableForm &form = *stretch.form;
    if (!text_.refusal.empty()) return refuse(text_.refusal);
    for (TextLine &line : text_.lines) line.number += stretch.lines_before;
    if (form.has_line_ends) strip_line_ends(text_.lines);
    table_.columns = form.columns;
    table_.units = form.units;
    table_.kinds = form.kinds;
    table_.has_header = form.has_header;
    header_.assign(form.header.begin(), form.header.end());
    form_ = form;
    starts_ = stretch.starts_recording;
    is_beginning_ = false;
    if (!text_.lines.empty())
      text_.lines[0].blanks_before += stretch.blanks_before;
    else
      text_.blanks_behind += stretch.blanks_before;
    read_rows();
    problems_.flush();
    return std::move(table_);
  }
  void leave(TableStretch &stretch) const {
    stretch.starts_recording = starts_;
    stretch.blanks_before = text_.blanks_behind;
    if (!stretch.form && !form_.columns.empty()) stretch.form = form_;
  }

  Table parse() {
    if (!text_.refusal.empty()) return refuse(text_.refusal);
    if (text_.lines.empty()) return refuse("is empty");
    table_.said = text_.said;
    const TableLayout layout = find_layout(text_.lines, text_.separator);
    form_.delimiter = layout.delimiter;
    form_.has_decimal_comma = layout.has_decimal_comma;
    form_.has_line_ends = layout.has_line_ends;
    table_.said.insert(table_.said.end(), layout.said.begin(), layout.said.end());
    if (!is_utf8(text_.lines[0].text))
      return refuse_line(
          "the header is not UTF-8 text, and which letters its bytes stand for cannot be told; save the file "
          "as UTF-8");
    choose_header();
    choose_kinds();
    keep_form();
    read_rows();
    problems_.flush();
    if (table_.rows.empty() && problems_.is_empty()) {
      const bool is_converted =
          std::any_of(text_.said.begin(), text_.said.end(),
                      [](const std::string &said) { return said.starts_with("UTF-16 text"); });
      refuse(fmt::format("has a header but no rows{}", is_converted ? " (read as UTF-16 text)" : ""));
    }
    return std::move(table_);
  }

 private:
  Table refuse(const std::string &message) {
    problems_.add(0, message);
    return std::move(table_);
  }
  Table refuse_line(const std::string &message) {
    problems_.add(text_.lines[0].number, message);
    return std::move(table_);
  }
  // What the lines that follow are read by.
  void keep_form() {
    if (header_lines_ == 0) header_.clear();
    form_.header.assign(header_.begin(), header_.end());
    form_.columns = table_.columns;
    form_.units = table_.units;
    form_.kinds = table_.kinds;
    form_.has_header = table_.has_header;
  }
  Cells cells(size_t line) const { return cells_of(text_.lines[line].text, form_.delimiter); }
  size_t sample_end() const { return std::min(text_.lines.size(), header_lines_ + kLayoutSample); }

  bool is_number(std::string_view cell) const { return read_number(cell, form_.has_decimal_comma).is_number; }

  // How many of the sample's rows have a number in that column, and how many have the column at all.
  std::pair<size_t, size_t> numbers_below(size_t column, size_t from) const {
    size_t numbers = 0, rows = 0;
    for (size_t i = from; i < std::min(text_.lines.size(), from + kLayoutSample); ++i) {
      const Cells row = cells(i);
      if (is_separator(row) || column >= row.size()) continue;
      ++rows;
      numbers += is_number(row[column]);
    }
    return {numbers, rows};
  }

  bool is_header(const Cells &row) const {
    if (is_separator(row)) return false;
    size_t named = 0;
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) continue;  // an index column or a trailing delimiter
      if (is_number(row[i])) return false;
      ++named;
      const char first = row[i].front();
      if ((first < '0' || first > '9') && first != '-' && first != '.') continue;
      const auto [numbers, rows] = numbers_below(i, 1);  // "1st" over numbers
      if (rows == 0 || numbers * 10 < rows * 9) return false;
    }
    if (named == 0) return false;
    return named == row.size() || named * 2 >= row.size() || row.size() == named + 1;
  }

  // pandas writes 0,1,2 where the columns have no names.
  bool counts(const Cells &row) const {
    const size_t first = !row.empty() && row[0].empty() ? 1 : 0;
    if (row.size() < first + 2) return false;
    for (size_t i = first; i < row.size(); ++i) {
      const auto value = parse_number(row[i]);
      if (!value || *value != i - first || row[i].find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    }
    return true;
  }

  void choose_header() {
    const Cells first = cells(0);
    bool is_numbered = false;
    if (counts(first) && text_.lines.size() > 1) {
      bool has_fraction = first[0].empty();
      for (size_t i = 1; i < std::min(text_.lines.size(), kLayoutSample); ++i)
        for (std::string_view cell : cells(i))
          has_fraction |= cell.find_first_of(".,") != std::string_view::npos;
      is_numbered = has_fraction;
      table_.said.push_back(has_fraction
                                ? fmt::format("a header of numbers ({})", printable(text_.lines[0].text))
                                : "its first row counts 0, 1, 2, ...: if that is a header, remove it");
    }
    table_.has_header = is_numbered || is_header(first);
    header_ = first;
    Cells names = first;
    if (!table_.has_header) {
      const Cells comment = cells_of(text_.last_comment, form_.delimiter);
      if (comment.size() == first.size() && first.size() > 1 && is_header(comment) &&
          is_utf8(text_.last_comment)) {
        names = comment;
        table_.said.push_back("a header in a comment");
        for (std::string_view name : names) table_.columns.emplace_back(name);
        table_.has_header = true;
      }
    }
    header_lines_ = table_.has_header && table_.columns.empty() ? 1 : 0;
    if (table_.columns.empty())
      for (size_t i = 0; i < names.size(); ++i)
        table_.columns.push_back(table_.has_header && !(is_numbered && !names[i].empty())
                                     ? std::string(names[i])
                                     : fmt::format("c{}", i));
    if (table_.has_header && form_.delimiter == ' ')  // "ax, ay, az" over rows with blanks
      for (std::string &name : table_.columns)
        if (name.ends_with(',') || name.ends_with(';')) name.pop_back();
    fit_columns();
    if (is_numbered) {
      for (size_t i = 0, n = 0; i < table_.columns.size(); ++i)
        if (!table_.columns[i].empty()) table_.columns[i] = fmt::format("c{}", n++);
      table_.has_header = false;  // these are no names to hold other files to
    }
    if (table_.has_header) tell_apart();
    take_units();
  }

  // As pandas does: the second x is x.1.
  void tell_apart() {
    std::map<std::string, int> seen;
    std::vector<std::string> renamed;
    for (const std::string &name : table_.columns) ++seen[name];
    std::map<std::string, int> nth;
    for (std::string &name : table_.columns) {
      const int n = nth[name]++;
      if (n == 0 || name.empty()) continue;
      std::string other = fmt::format("{}.{}", name, n);
      while (seen.count(other)) other += "_";
      ++seen[other];
      renamed.push_back(printable(other));
      name = other;
    }
    if (!renamed.empty())
      table_.said.push_back(
          fmt::format("a name that occurs more than once in the header: {}", few_of(renamed)));
  }

  // A trailing delimiter makes a column that is not there; R's tables lack the name of the index column.
  void fit_columns() {
    size_t longer = 0, last_empty = 0, rows = 0;
    const size_t n = table_.columns.size();
    for (size_t i = header_lines_; i < std::min(text_.lines.size(), header_lines_ + kLayoutSample); ++i) {
      const Cells row = cells(i);
      if (is_separator(row)) continue;
      ++rows;
      longer += row.size() == n + 1;
      last_empty += row.size() >= n && row.size() > 1 && row.back().empty();
    }
    if (rows == 0) return;
    const bool is_last_unnamed = n > 1 && header_.size() == n && header_.back().empty();
    if (last_empty == rows && longer < rows && is_last_unnamed) {
      table_.columns.pop_back();
      table_.said.push_back("a trailing delimiter in each line");
    } else if (last_empty == rows && longer == rows) {
      table_.said.push_back("a trailing delimiter in each line");
    } else if (table_.has_header && header_lines_ == 1 && longer == rows) {
      table_.columns.insert(table_.columns.begin(), "");
      table_.said.push_back("an index column that the header does not name");
    }
  }

  void take_units() {
    if (!table_.has_header || text_.lines.size() < header_lines_ + 2) return;
    const Cells row = cells(header_lines_);
    if (row.size() != table_.columns.size()) return;
    size_t units = 0;
    for (std::string_view cell : row) {
      if (cell.empty() || cell == "-") continue;
      if (!is_unit(cell)) return;
      ++units;
    }
    if (units == 0) return;
    for (std::string_view cell : row) {
      if (!is_utf8(cell)) return;
      table_.units.emplace_back(cell);
    }
    table_.said.push_back("a row of units below the header");
    ++header_lines_;
  }

  bool is_named(const std::vector<std::string> &names, size_t column) const {
    return std::find(names.begin(), names.end(), table_.columns[column]) != names.end();
  }

  void choose_kinds() {
    const size_t n = table_.columns.size();
    table_.kinds.assign(n, CellKind::kNumber);
    form_.is_free.assign(n, false);
    std::vector<size_t> numbers(n), texts(n), empty(n);
    std::vector<std::map<MomentKind, size_t>> moments(n);
    for (size_t i = header_lines_; i < sample_end(); ++i) {
      const Cells row = cells(i);
      if (is_separator(row)) continue;
      for (size_t c = 0; c < std::min(row.size(), n); ++c) {
        const Moment m = is_number(row[c]) ? Moment{} : parse_moment(row[c]);
        if (row[c].empty())
          ++empty[c];
        else if (is_number(row[c]))
          ++numbers[c];
        else if (m.kind != MomentKind::kNone)
          ++moments[c][m.kind];
        else
          ++texts[c];
      }
    }
    const bool has_used = !options_.used.empty() && std::all_of(options_.used.begin(), options_.used.end(),
                                                                [&](const std::string &name) {
                                                                  return place_in(table_.columns, name) < n;
                                                                });
    for (size_t c = 0; c < n; ++c) {
      form_.is_free[c] = is_named(options_.dropped, c) ||
                         (!options_.only.empty() && !is_named(options_.only, c)) ||
                         (has_used && !is_named(options_.used, c) && !is_time_name(table_.columns[c]));
      if (is_named(options_.texts, c)) {
        table_.kinds[c] = CellKind::kText;
        continue;
      }
      if (!options_.judges_text) continue;
      size_t most = 0;
      for (const auto &[kind, count] : moments[c])
        if (count > numbers[c] && count >= texts[c] && count > most) {
          most = count;
          table_.kinds[c] = kind == MomentKind::kDate    ? CellKind::kDate
                            : kind == MomentKind::kClock ? CellKind::kClock
                                                         : CellKind::kDateTime;
        }
      if (most > 0) continue;
      if (numbers[c] == 0 && texts[c] == 0 && empty[c] > 0) {
        table_.kinds[c] = CellKind::kEmpty;
        form_.is_free[c] = true;
      } else if (texts[c] > numbers[c])
        table_.kinds[c] = CellKind::kText;
    }
    form_.has_texts =
        std::find(table_.kinds.begin(), table_.kinds.end(), CellKind::kText) != table_.kinds.end();
  }

  void read_rows() {
    const int usual = usual_blanks(text_.lines);
    for (size_t i = header_lines_; i < text_.lines.size(); ++i) {
      const TextLine &line = text_.lines[i];
      Cells row = cells(i);
      if ((i > 0 || !is_beginning_) && line.blanks_before > usual) starts_ = true;
      if (is_separator(row) || (!header_.empty() && row == header_)) {
        starts_ = true;
        continue;
      }
      if (row.size() == table_.columns.size() + 1 && row.back().empty()) row.pop_back();
      if (row.size() != table_.columns.size()) {
        problems_.add(
            line.number,
            fmt::format("has {} values, expected {}{}", row.size(), table_.columns.size(),
                        table_.columns.size() <= 12 ? fmt::format(" ({})", few_of(table_.columns)) : ""),
            fmt::format("size {}", row.size()));
        table_.lost.push_back(table_.rows.size());
        continue;
      }
      if (read_row(line.number, row))
        starts_ = false;
      else
        table_.lost.push_back(table_.rows.size());
    }
    tell_grouped();
  }

  bool read_row(long number, const Cells &cells) {
    Table::Row row{number, starts_, std::vector<double>(cells.size()), {}};
    for (size_t c = 0; c < cells.size(); ++c) {
      const CellKind kind = table_.kinds[c];
      if (kind == CellKind::kText || kind == CellKind::kEmpty) continue;
      const auto cause = [&] { return fmt::format("cell {}", c); };
      if (kind != CellKind::kNumber) {
        const Moment m = parse_moment(cells[c]);
        row.values[c] = m.seconds;
        if (m.kind == MomentKind::kNone && !form_.is_free[c]) {
          problems_.add(
              number, fmt::format("'{}' in column {} is not a time", printable(cells[c]), table_.columns[c]),
              cause());
          return false;
        }
        continue;
      }
      const CellNumber value = read_number(cells[c], form_.has_decimal_comma);
      row.values[c] = value.is_number ? value.value : NAN;
      if (value.is_number) grouped_.add(c, cells[c], value.value, number);
      if (form_.is_free[c] || (value.is_number && !value.is_too_large)) continue;
      problems_.add(number,
                    fmt::format("'{}' in column {} is {}", printable(cells[c]), table_.columns[c],
                                value.is_number ? "beyond the largest number" : "not a number"),
                    cause());
      return false;
    }
    if (form_.has_texts) {
      row.texts.resize(cells.size());
      for (size_t c = 0; c < cells.size(); ++c)
        if (table_.kinds[c] == CellKind::kText) row.texts[c] = cells[c];
    }
    table_.rows.push_back(std::move(row));
    return true;
  }

  // Told of the whole file, whose other rows are as they are.
  void tell_grouped() {
    const auto found = grouped_.suspect(form_.has_decimal_comma && form_.delimiter == ',');
    if (!found) return;
    const std::string of_whole =
        found->largest > 0 ? fmt::format(", beside whole numbers up to {}", found->largest) : "";
    table_.rows.clear();  // none of them can be trusted
    problems_.add(
        0, fmt::format(
               "line {}: '{}' in column {} seems to have a '{}' between thousands: all such numbers of the "
               "column have three digits behind it{}; write them without it, or decimals with as many digits "
               "in every row",
               found->line, printable(found->cell), table_.columns[found->column],
               found->cell[found->cell.find_first_not_of("0123456789")], of_whole));
  }

  const TableOptions &options_;
  TextLines text_;
  GroupedNumbers grouped_;
  RowProblems problems_;
  Table table_;
  Cells header_;
  size_t header_lines_ = 0;
  TableForm form_;
  bool is_beginning_ = true;  // of the file
  bool starts_ = true;        // the next row begins a recording
};

}  // namespace

Table parse_table(const std::string &bytes, const std::string &path, const TableOptions &options,
                  std::vector<Finding> &problems) {
  return Parser(bytes, path, options, problems).parse();
}

Table parse_table(const std::string &bytes, const std::string &path, const TableOptions &options,
                  std::vector<Finding> &problems, TableStretch &stretch) {
  Parser parser(bytes, path, options, problems);
  Table table = stretch.form ? parser.parse_on(stretch) : parser.parse();
  parser.leave(stretch);
  return table;
}

Table parse_csv(const std::string &bytes, const std::string &path,
                const std::vector<std::string> &text_columns, std::vector<Finding> &problems) {
  return parse_table(bytes, path, {.texts = text_columns, .judges_text = false}, problems);
}

}  // namespace mote
