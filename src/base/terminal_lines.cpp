// A line is a list of columns: the bytes of a letter stand in its first one, and the others that it takes
// are empty. So positions are those of the screen, whatever the letters are.
//
// Tables are recognized by what they look like, because their authors (report/, the commands) write them
// for files and pipes too, where no width is too large. How a terminal is asked for its width:
// apps/cli/terminal.cpp. Source of the widths: wcwidth(3) in C.UTF-8.
#include "base/terminal_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <cmath>
#include <cwchar>
#include <vector>

#include "base/text.h"

namespace mote {

namespace {

using Line = std::vector<std::string>;

constexpr size_t kGap = 2;            // blanks between the columns of a table
constexpr size_t kShortestPath = 20;  // shorter, and a path is no longer recognized
constexpr size_t kNarrowest = 20;     // a column of words
constexpr size_t kDeep = 12;          // an indent that stands below something
constexpr std::string_view kDots = "...";

int width_of(char32_t c) {
  static const locale_t kUtf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  const locale_t before = ::uselocale(kUtf8);
  const int width = ::wcwidth(c);
  ::uselocale(before);
  return width < 0 ? 1 : width;  // unknown here; a terminal shows a box
}

Line line_of(std::string_view text) {
  Line line;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, utf8_length(text));
    const std::string_view bytes = text.substr(0, length);
    text.remove_prefix(length);
    const int width = is_utf8(bytes) ? width_of(code_point(bytes)) : 1;
    if (width == 0 && !line.empty()) {
      size_t letter = line.size() - 1;
      while (letter > 0 && line[letter].empty()) --letter;
      line[letter] += bytes;
      continue;
    }
    line.emplace_back(bytes);
    if (width == 2) line.emplace_back();
  }
  return line;
}

bool is_blank(const Line &line, size_t column) { return column >= line.size() || line[column] == " "; }

std::string text_of(const Line &line, size_t begin, size_t end) {
  std::string text;
  for (size_t c = begin; c < std::min(end, line.size()); ++c) text += line[c];
  return text;
}

// Without the blanks at its end.
std::string trimmed(std::string text) {
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

Line cell_of(const Line &line, size_t begin, size_t end) {
  end = std::min(end, line.size());
  while (end > begin && is_blank(line, end - 1)) --end;
  return begin < end ? Line(line.data() + begin, line.data() + end) : Line();
}

size_t indent_of(const Line &line) {
  size_t indent = 0;
  while (indent < line.size() && is_blank(line, indent)) ++indent;
  return indent;
}

bool is_rule(const Line &line) {
  return !line.empty() && std::all_of(line.begin(), line.end(), [](const auto &c) { return c == "-"; });
}

// Where the text behind the last gap begins, or 0.
size_t last_cell_of(const Line &line) {
  for (size_t c = line.size(); c > kGap; --c)
    if (!is_blank(line, c - 1) && is_blank(line, c - 2) && is_blank(line, c - 3))
      return c - 1 > indent_of(line) ? c - 1 : 0;
  return 0;
}

// Words from `begin` on in lines of at most `width`. A longer one is cut, but a path loses its middle in a
// table and stays whole in a sentence, where somebody may want to copy it.
std::vector<std::string> words_in(const Line &line, size_t begin, size_t width, bool in_table) {
  std::vector<std::string> lines(1);
  size_t used = 0;
  for (size_t at = begin; at < line.size();) {
    while (at < line.size() && is_blank(line, at)) ++at;
    size_t end = at;
    bool is_path = false;
    for (; !is_blank(line, end); ++end) is_path = is_path || line[end] == "/";
    const size_t blanks = used > 0 ? std::max<size_t>(1, at - begin) : 0;
    if (used > 0 && used + std::min<size_t>(blanks, 1) + (end - at) > width) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      const size_t gap = std::min(kGap, blanks);
      const bool is_wide_gap = used + gap + (end - at) <= width;
      lines.back() += std::string(is_wide_gap ? gap : 1, ' ');
      used += is_wide_gap ? gap : 1;
    }
    if (end - at > width && is_path && in_table) {
      const std::string path = shortened(text_of(line, at, end), width);
      lines.back() += path;
      used += columns_of(path);
      begin = at = end;
      continue;
    }
    while (end - at > width && !is_path) {
      size_t cut = at + width;
      if (line[cut].empty()) --cut;  // in the middle of a wide letter
      if (cut <= at) break;
      lines.back() += text_of(line, at, cut);
      lines.emplace_back();
      at = cut;
    }
    lines.back() += text_of(line, at, end);
    used += end - at;
    begin = at = end;
  }
  return lines;
}

// Where words of the last cell go on below themselves, or 0 where it has none or is too far to the right.
size_t hanging_cell(const Line &line, size_t columns) {
  const size_t cell = last_cell_of(line);
  const bool has_words = std::find(line.begin() + cell, line.end(), " ") != line.end();
  return has_words && cell + kNarrowest <= columns && cell * 10 <= columns * 6 ? cell : 0;
}

// A line alone: what stands behind its last gap goes on below itself, else below the beginning.
std::string wrapped(const Line &line, size_t columns, bool in_table) {
  if (line.size() <= columns) return text_of(line, 0, line.size()) + "\n";
  if (is_rule(line)) return std::string(columns, '-') + "\n";
  const size_t indent = indent_of(line), cell = hanging_cell(line, columns);
  const bool has_cell = cell > 0;
  const size_t begin = has_cell ? cell : indent;
  std::string out = begin + kNarrowest <= columns ? text_of(line, 0, begin) : std::string();
  const bool is_below =
      has_cell || out.empty() || indent > kDeep;  // what stands so far right is a cell itself
  const size_t below = columns_of(out) + (is_below ? 0 : kGap);
  const std::vector<std::string> lines =
      words_in(line, begin, columns - std::min(columns - 1, below), in_table);
  for (size_t i = 0; i < lines.size(); ++i) out += (i > 0 ? std::string(below, ' ') : "") + lines[i] + "\n";
  return out;
}

// Lines that stand in one another's columns.
class Table {
 public:
  explicit Table(const std::vector<Line> &lines) : lines_(lines) {
    size_t width = 0;
    for (const Line &line : lines)
      if (!is_rule(line)) width = std::max(width, line.size());
    std::vector<bool> blank(width + kGap, true);
    for (const Line &line : lines)
      for (size_t c = 0; c < line.size() && !is_rule(line); ++c)
        if (!is_blank(line, c)) blank[c] = false;
    while (indent_ < width && blank[indent_]) ++indent_;
    for (size_t begin = indent_; begin < width;) {
      size_t end = begin;
      while (end < width && !(blank[end] && blank[end + 1])) ++end;
      columns_.push_back({begin, end, end - begin});
      while (end < width && blank[end]) ++end;
      begin = end;
    }
  }

  size_t count() const { return columns_.size(); }

  std::string fitted(size_t columns) {
    const bool hangs = std::all_of(lines_.begin(), lines_.end(), [&](const Line &line) {
      return line.size() <= columns || is_rule(line) || hanging_cell(line, columns) > 0;
    });
    if (columns_.size() < 2 || hangs) return line_by_line(columns);
    indent_ = std::min(indent_, kGap);
    shorten_paths(columns);
    if (width(0, columns_.size()) <= columns) return rows(0, columns_.size(), false, columns);
    const size_t last = columns_.size() - 1, before = width(0, last) + kGap;
    if (has_words(last) && before + kNarrowest <= columns && before * 10 <= columns * 6) {
      columns_[last].width = columns - before;
      return rows(0, columns_.size(), false, columns);
    }
    return in_parts(columns);
  }

 private:
  struct Column {
    size_t begin, end, width;  // where it stands in the lines, and how wide it is to be
  };

  size_t width(size_t first, size_t end) const {
    size_t sum = indent_;
    for (size_t i = first; i < end; ++i) sum += columns_[i].width + (i > first ? kGap : 0);
    return sum;
  }

  template <class Fits>
  bool any_cell(size_t column, Fits fits) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const Line &line) {
      return !is_rule(line) && fits(text_of(line, columns_[column].begin, columns_[column].end));
    });
  }
  bool has_paths(size_t column) const {
    return any_cell(column, [](const std::string &cell) {
      return cell.find('/') != cell.npos && cell.size() > kShortestPath &&
             trim(cell).find("  ") == std::string_view::npos;
    });
  }
  bool has_words(size_t column) const {
    return any_cell(column,
                    [](const std::string &cell) { return trim(cell).find(' ') != std::string_view::npos; });
  }

  void shorten_paths(size_t columns) {
    for (size_t i = 0; i < columns_.size() && width(0, columns_.size()) > columns; ++i) {
      if (!has_paths(i) || has_words(i)) continue;
      const size_t excess = width(0, columns_.size()) - columns, whole = columns_[i].width;
      columns_[i].width = whole > excess ? std::max(whole - excess, std::min(whole, kShortestPath))
                                         : std::min(whole, kShortestPath);
    }
  }

  std::string line_by_line(size_t columns) const {
    std::string out;
    for (const Line &line : lines_) out += wrapped(line, columns, true);
    return out;
  }

  // The columns from `first` to `end` of all lines, behind the first one again with `has_label`.
  std::string rows(size_t first, size_t end, bool has_label, size_t columns) const {
    std::string out;
    for (const Line &line : lines_) {
      if (is_rule(line)) {
        const size_t whole = width(first, end) + (has_label ? columns_[0].width + kGap : 0);
        out += std::string(std::min({columns, line.size(), whole}), '-') + "\n";
        continue;
      }
      std::string row = std::string(indent_, ' ');
      size_t used = indent_;
      const auto add = [&](size_t i) {
        const Column &c = columns_[i];
        const Line cell = cell_of(line, c.begin, c.end);
        std::string text = text_of(cell, 0, cell.size());
        if (cell.size() > c.width && i + 1 == columns_.size()) {
          const std::vector<std::string> words = words_in(cell, indent_of(cell), c.width, true);
          row += fmt::format("{}", fmt::join(words, "\n" + std::string(used, ' ')));
          return;
        }
        if (cell.size() > c.width) {
          text = shortened(trim(text), c.width);
          if (indent_of(cell) > 0) text.insert(0, c.width - columns_of(text), ' ');
        }
        row += text + std::string(c.width - std::min(c.width, columns_of(text)) + kGap, ' ');
        used += c.width + kGap;
      };
      const bool is_empty = trim(text_of(line, columns_[first].begin, columns_[end - 1].end)).empty();
      if (is_empty && has_label && first > 1) continue;
      if (has_label) add(0);
      for (size_t i = first; i < end; ++i) add(i);
      out += trimmed(row) + "\n";
    }
    return out;
  }

  // Below each other, a blank line between; the first column in each where there is room.
  std::string in_parts(size_t columns) {
    std::string out;
    columns_[0].width = std::min(columns_[0].width, std::max(kShortestPath, columns / 2));
    const size_t label = columns_[0].width + kGap;
    const bool can_repeat = indent_ + label + kNarrowest <= columns;
    const size_t begin = can_repeat ? 1 : 0;
    for (size_t first = begin; first < columns_.size();) {
      const bool has_label = can_repeat;
      const size_t room = columns - (has_label ? label : 0);
      size_t end = first + 1;
      while (end < columns_.size() && width(first, end + 1) <= room) ++end;
      if (width(first, end) > room) columns_[first].width = room > indent_ ? room - indent_ : 1;
      if (first > begin) out += "\n";
      out += rows(first, end, has_label, columns);
      first = end;
    }
    return out;
  }

  const std::vector<Line> &lines_;
  size_t indent_ = 0;
  std::vector<Column> columns_;
};

// A line of a table has a gap within, or is a rule.
bool is_table_line(const Line &line) { return is_rule(line) || last_cell_of(line) > 0; }

// The lines of one from there on. It ends behind its second rule: sums and sentences follow.
std::vector<Line> table_at(const std::vector<Line> &lines, size_t begin) {
  std::vector<Line> table;
  int rules = 0;
  for (size_t k = begin; k < lines.size() && is_table_line(lines[k]) && rules < 2; ++k) {
    rules += is_rule(lines[k]);
    table.push_back(lines[k]);
  }
  return table;
}

}  // namespace

size_t columns_of(std::string_view line) { return line_of(line).size(); }

bool has_wide_letters(std::string_view line) {
  const Line columns = line_of(line);
  return std::any_of(columns.begin(), columns.end(), [](const std::string &c) { return c.empty(); });
}

std::string shortened(std::string_view text, size_t columns) {
  const Line line = line_of(text);
  if (line.size() <= columns) return std::string(text);
  if (columns < kDots.size() + 4)
    return text_of(line, 0, columns > 0 && line[columns].empty() ? columns - 1 : columns);
  size_t front = (columns - kDots.size()) / 3, back = line.size() - (columns - kDots.size() - front);
  while (line[back].empty()) ++back;  // not in the middle of a wide letter
  while (line[front].empty()) --front;
  return text_of(line, 0, front) + std::string(kDots) + text_of(line, back, line.size());
}

std::string duration_text(double seconds) {
  if (!(seconds < 1e9)) return "?";
  const long s = std::lround(std::max(0.0, seconds));
  constexpr long kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  if (s < kMinute) return fmt::format("{} s", s);
  if (s < 10 * kMinute && s % kMinute != 0) return fmt::format("{} min {} s", s / kMinute, s % kMinute);
  const long minutes = (s + kMinute / 2) / kMinute;
  if (minutes * kMinute < kHour) return fmt::format("{} min", minutes);
  const long hours = minutes * kMinute / kHour, rest = minutes - hours * (kHour / kMinute);
  if (s < kDay) return rest == 0 ? fmt::format("{} h", hours) : fmt::format("{} h {} min", hours, rest);
  const long whole = (s + kHour / 2) / kHour;
  return whole % 24 == 0 ? fmt::format("{} d", whole / 24) : fmt::format("{} d {} h", whole / 24, whole % 24);
}

std::string fitted(std::string_view text, size_t columns) {
  if (columns == 0) return std::string(text);
  const bool ends_line = text.ends_with('\n');
  std::vector<Line> lines;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(line_of(text.substr(at, end - at)));
    at = end + 1;
  }
  if (ends_line) lines.pop_back();
  std::string out;
  for (size_t i = 0; i < lines.size();) {
    std::vector<Line> table = table_at(lines, i);
    // one blank line may be within, where the columns go on behind it
    while (!table.empty() && i + table.size() < lines.size() && lines[i + table.size()].empty()) {
      std::vector<Line> longer = table;
      const std::vector<Line> next = table_at(lines, i + table.size() + 1);
      longer.emplace_back();
      longer.insert(longer.end(), next.begin(), next.end());
      if (next.empty() || Table(longer).count() < std::max(Table(table).count(), Table(next).count())) break;
      table = longer;
    }
    const bool is_wide =
        std::any_of(table.begin(), table.end(), [&](const Line &l) { return l.size() > columns; });
    if (table.size() > 1 && is_wide) {
      out += Table(table).fitted(columns);
    } else {
      table.assign(1, lines[i]);
      out += wrapped(lines[i], columns, false);
    }
    i += table.size();
  }
  if (!ends_line) out.pop_back();
  return out;
}

}  // namespace mote
