// Finds the delimiter, the decimal sign and what stands around a table, from its first kLayoutSample
// rows.
//
// Judges spelling only; meaning is columns.cpp. Lines come from text_lines.cpp.
#include "data/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>

#include "base/text.h"
#include "data/csv.h"

namespace mote {

std::vector<std::string_view> cells_of(std::string_view line, char delimiter) {
  std::vector<std::string_view> cells;
  while (true) {
    size_t end = line.find(delimiter);
    std::string_view head = line;
    while (!head.empty() && head.front() == ' ') head.remove_prefix(1);
    if (!head.empty() && head.front() == '"') {  // a quoted cell may hold the delimiter
      const size_t open = head.data() - line.data();
      size_t close = line.find('"', open + 1);
      while (close != std::string_view::npos && close + 1 < line.size() && line[close + 1] == '"')
        close = line.find('"', close + 2);  // "" is a quote within the cell
      if (close != std::string_view::npos) end = line.find(delimiter, close);
    }
    std::string_view cell = trim(line.substr(0, end));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    if (delimiter != ' ' || !cell.empty()) cells.push_back(cell);
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

std::string printable(std::string_view text) {
  constexpr size_t kLongest = 40;
  std::string out;
  for (size_t letters = 0; letters < kLongest && !text.empty(); ++letters) {
    const size_t length = utf8_length(text);
    const std::string_view letter = text.substr(0, std::max<size_t>(1, length));
    const char32_t c = length == 0 ? 0 : code_point(letter);
    const bool is_shown = (c >= 0x20 && c < 0x7F) || c >= 0xA0;
    out += is_shown ? letter : "?";
    text.remove_prefix(letter.size());
  }
  return out + (text.empty() ? "" : "...");
}

std::string few_of(const std::vector<std::string> &names) {
  constexpr size_t kShown = 12;
  if (names.size() <= kShown) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.begin(), names.begin() + kShown - 1, ", "),
                     names.size() - kShown + 1);
}

namespace {

// "-0,663" and "1,5e-3", but not "1,2,3"
bool is_decimal_comma(std::string_view cell) {
  const size_t comma = cell.find(',');
  if (comma == std::string_view::npos || cell.find_first_of(",.", comma + 1) != std::string_view::npos)
    return false;
  std::string text(cell);
  text[comma] = '.';
  return parse_number(text).has_value() && comma + 1 < cell.size() && cell[comma + 1] >= '0' &&
         cell[comma + 1] <= '9';
}

}  // namespace

CellNumber read_number(std::string_view cell, bool has_decimal_comma) {
  std::string changed;
  if (has_decimal_comma && is_decimal_comma(cell)) {
    changed = cell;
    changed[cell.find(',')] = '.';
    cell = changed;
  }
  const auto value = parse_number(cell);
  if (!value) return {};
  // "inf" is what it says; digits that become infinite, as a double or as the float of a sample, are not
  const bool has_digit = cell.find_first_of("0123456789") != std::string_view::npos;
  const float sample = *value;
  return {*value, true, has_digit && !std::isfinite(sample) && !std::isnan(*value)};
}

bool is_like_number(const std::string &word) {
  std::string_view text = trim(word);
  while (!text.empty() && std::string_view("[({'\"<$").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  if (text.starts_with("0x") || text.starts_with("0X"))
    return text.size() > 2 && text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  const size_t end = text.find_first_not_of("0123456789.,'+- ");
  const std::string_view number = text.substr(0, end);
  if (number.find_first_of("0123456789") == std::string_view::npos) return false;
  const std::string_view rest = end == std::string_view::npos ? "" : text.substr(end);
  const bool is_exponent =
      !rest.empty() && std::string_view("dDeEqQ").find(rest.front()) != std::string_view::npos &&
      rest.find_first_not_of("0123456789+-", 1) == std::string_view::npos && rest.size() > 1;
  return rest.empty() || is_exponent || rest.find_first_not_of("])}'\">;%") == std::string_view::npos ||
         is_unit(rest);
}

bool is_separator(const Cells &cells) {
  return std::all_of(cells.begin(), cells.end(), [](std::string_view c) { return c.empty() || c == "-"; });
}

void strip_line_ends(std::vector<TextLine> &lines) {
  for (TextLine &l : lines)
    if (l.text.back() == ';') l.text.remove_suffix(1);
}

namespace {

class LayoutFinder {
 public:
  LayoutFinder(std::vector<TextLine> &lines, char separator) : lines_(lines), separator_(separator) {}

  TableLayout find() {
    find_line_ends();
    choose_delimiter();
    skip_preamble();
    return std::move(out_);
  }

 private:
  // Between signs that no sentence has, words may hold commas of their own.
  static bool is_text_with_comma(std::string_view cell, char delimiter) {
    return (delimiter == ';' || delimiter == '\t' || delimiter == '|') && cell.find(',') != cell.npos &&
           std::any_of(cell.begin(), cell.end(), [](char c) { return std::isalpha(byte_of(c)); }) &&
           !is_decimal_comma(cell);
  }

  // Where the first rows hold whole numbers only, later ones tell.
  bool has_decimal_commas(char delimiter) const {
    size_t decimals = 0;
    std::set<size_t> thousands, hundreds;  // columns with 1,234, and with 860
    for (size_t i = lines_.size() > 1 ? 1 : 0; i < lines_.size() && (i < kLayoutSample || decimals == 0);
         ++i) {
      // between commas a decimal one is quoted
      if (i >= kLayoutSample &&
          (delimiter == ',' ? lines_[i].text.find("\"") == std::string_view::npos
                            : lines_[i].text.find_first_of(",.") == std::string_view::npos))
        continue;
      const Cells row = cells_of(lines_[i].text, delimiter);
      if (is_separator(row)) continue;
      if (row.size() < 2) return false;
      for (size_t c = 0; c < row.size(); ++c) {
        const std::string_view cell = row[c];
        if (is_text_with_comma(cell, delimiter)) continue;
        const bool is_decimal = is_decimal_comma(cell);
        // "1,234" may be a thousand, quoted between commas or beside 860; "0,123" and "1,23" are not
        const bool is_below_one =
            cell.starts_with("0,") || cell.starts_with("-0,") || cell.starts_with("+0,");
        const bool is_sure = cell.size() - cell.find(',') != 4 || is_below_one;
        decimals += is_decimal && is_sure;
        if (is_decimal) thousands.insert(c);
        if (is_of_hundreds(cell)) hundreds.insert(c);
        const bool has_point = cell.find('.') != std::string_view::npos && parse_number(cell);
        if (has_point || (!is_decimal && cell.find(',') != std::string_view::npos)) return false;
      }
    }
    const bool may_be_thousands =
        std::any_of(thousands.begin(), thousands.end(), [&](size_t c) { return hundreds.count(c) > 0; });
    return decimals > 0 || (delimiter != ',' && !thousands.empty() && !may_be_thousands);
  }
  static bool is_of_hundreds(std::string_view cell) {
    const auto value = parse_number(cell);
    return value && cell.find_first_of(".,") == std::string_view::npos && std::fabs(*value) >= 100 &&
           std::fabs(*value) < 1000;
  }

  // WISDM ends each line with ';' and separates by ','.
  void find_line_ends() {
    const auto ends_lonely = [](const TextLine &l) { return l.text.find(';') == l.text.size() - 1; };
    const size_t ended = std::count_if(lines_.begin(), lines_.end(), ends_lonely);
    if (ended * 10 < lines_.size() * 9 || lines_[0].text.find(',') == std::string_view::npos) return;
    strip_line_ends(lines_);
    out_.has_line_ends = true;
    out_.said.push_back("a ';' at the end of each line");
  }

  // Of a single column: below one name, or with a -0 that no integer has, a comma parts no cells.
  bool is_decimal_column() const {
    const size_t first =
        lines_[0].text.find(',') == std::string_view::npos && !read_number(lines_[0].text, false).is_number;
    if (lines_.size() < first + 3) return false;
    bool has_zero = false;
    for (size_t i = first; i < std::min(lines_.size(), first + kLayoutSample); ++i) {
      const std::string_view text = trim(lines_[i].text);
      const bool is_whole = read_number(text, false).is_number && text.find('.') == std::string_view::npos;
      if (!is_decimal_comma(text) && !is_whole) return false;
      has_zero |= text.starts_with("-0,") || (first == 1 && text.starts_with("0,"));
    }
    return has_zero;
  }

  void choose_delimiter() {
    if (separator_ == 0 && is_decimal_column()) {
      out_.delimiter = ';';
      out_.has_decimal_comma = true;
      out_.said.push_back("a decimal comma");
      return;
    }
    for (const char c : {';', '\t', ' ', '|', ','}) {
      if ((separator_ != 0 && c != separator_) || !has_decimal_commas(c)) continue;
      out_.delimiter = c;
      out_.has_decimal_comma = true;
      out_.said.push_back("a decimal comma");
      return;
    }
    out_.delimiter = separator_ != 0 ? separator_ : ' ';
    if (separator_ != 0) return;
    for (const char c : {',', ';', '\t', '|'})
      if (lines_[0].text.find(c) != std::string_view::npos) {
        out_.delimiter = c;
        return;
      }
  }

  struct Agreement {
    size_t columns = 0, before = 0;  // of most lines; lines before the first of these
    bool is_table = false;           // of what follows, nearly all lines are like it
  };
  Agreement agreement(char delimiter) const {
    const size_t sample = std::min(lines_.size(), 4 * kLayoutSample);
    std::vector<size_t> widths;
    std::map<size_t, size_t> counts;
    for (size_t i = 0; i < sample; ++i) {
      widths.push_back(cells_of(lines_[i].text, delimiter).size());
      ++counts[widths.back()];
    }
    const auto most =
        std::max_element(counts.begin(), counts.end(), [](auto &a, auto &b) { return a.second < b.second; });
    Agreement a{most->first, 0, false};
    while (widths[a.before] != a.columns) ++a.before;
    a.is_table = a.columns > 1 && most->second >= 4 && most->second * 10 >= (sample - a.before) * 8;
    return a;
  }

  // One line of several names right above numbers is their header, and one of them is wrong.
  bool is_header_of_other_width(const Agreement &a) const {
    const Cells above = cells_of(lines_[a.before - 1].text, out_.delimiter),
                row = cells_of(lines_[a.before].text, out_.delimiter);
    const auto is_number = [&](std::string_view cell) {
      return read_number(cell, out_.has_decimal_comma).is_number;
    };
    return a.before == 1 && above.size() > 1 && std::all_of(row.begin(), row.end(), is_number) &&
           std::none_of(above.begin(), above.end(), [&](std::string_view cell) {
             return cell.empty() || is_number(cell) || cell.find(' ') != std::string_view::npos;
           });
  }

  // What instruments and terminals print before a table is not part of it.
  void skip_preamble() {
    if (lines_.empty()) return;
    Agreement a = agreement(out_.delimiter);
    if (a.before == 0 && a.columns > 1) return;
    if (!a.is_table && !out_.has_decimal_comma && separator_ == 0)
      for (const char c : {',', ';', '\t', '|', ' '}) {
        const Agreement other = agreement(c);
        if (!other.is_table) continue;
        out_.delimiter = c;
        a = other;
        break;
      }
    // a table whose header is a cell short is one of its own (R)
    const bool is_short_header =
        a.before == 1 && cells_of(lines_[0].text, out_.delimiter).size() + 1 == a.columns;
    if (!a.is_table || a.before == 0 || is_short_header || is_header_of_other_width(a)) return;
    lines_.erase(lines_.begin(), lines_.begin() + a.before);
    out_.said.push_back(
        fmt::format("{} line{} before the table, left out", a.before, a.before == 1 ? "" : "s"));
  }

  std::vector<TextLine> &lines_;
  char separator_;
  TableLayout out_;
};

}  // namespace

TableLayout find_layout(std::vector<TextLine> &lines, char separator) {
  return LayoutFinder(lines, separator).find();
}

}  // namespace mote
