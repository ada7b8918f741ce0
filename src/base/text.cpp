// Numbers, names and sizes to text and back, strictly: what is not wholly a number is none, and what is
// not UTF-8 is said.
//
// The nearest name is the one with the smallest edit distance (Levenshtein 1966) that is small enough.
// Quoting for C: codegen/c/c_text.h; for HTML: report/html.cpp.
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <set>

#include "base/error.h"

namespace mote {

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  // beyond double: from_chars does not say whether at the large or the small end
  if (error == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::string reason_of(const std::exception &e) {
  const std::string what = e.what();
  const size_t end = what.starts_with("[") ? what.find("] ") : what.npos;
  return end == what.npos ? what : what.substr(end + 2);
}

size_t utf8_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto at = [&](size_t i) { return byte_of(bytes[i]); };
  const unsigned char c = at(0);
  const size_t n = c < 0x80                      ? 1
                   : (c >> 5) == 6 && c >= 0xC2  ? 2
                   : (c >> 4) == 14              ? 3
                   : (c >> 3) == 30 && c <= 0xF4 ? 4
                                                 : 0;
  if (n == 0 || n > bytes.size()) return 0;
  // the shortest form only, no half of a UTF-16 pair, nothing beyond U+10FFFF (Unicode 15, table 3-7)
  const unsigned char second = n > 1 ? at(1) : 0;
  if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) || (c == 0xF0 && second < 0x90) ||
      (c == 0xF4 && second > 0x8F))
    return 0;
  for (size_t k = 1; k < n; ++k)
    if ((at(k) & 0xC0) != 0x80) return 0;
  return n;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t n = utf8_length(bytes);
    if (n == 0) return false;
    bytes.remove_prefix(n);
  }
  return true;
}

char32_t code_point(std::string_view character) {
  const auto at = [&](size_t i) { return byte_of(character[i]); };
  if (character.size() == 1) return at(0);
  char32_t c = at(0) & (0x7Fu >> character.size());
  for (size_t i = 1; i < character.size(); ++i) c = c << 6 | (at(i) & 0x3Fu);
  return c;
}

std::string nearest(std::string_view name, const std::vector<std::string> &candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  for (const std::string &candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= name.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= candidate.size(); ++j) {
        const size_t above = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (name[i - 1] != candidate[j - 1])});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  constexpr size_t kFewestLetters = 3;  // of a name whose end was left out
  for (const std::string &candidate : candidates)
    if (best.empty() && name.size() >= kFewestLetters && candidate.starts_with(name)) best = candidate;
  return best;
}

std::string c_identifier(std::string_view name) {
  static const std::set<std::string> kKeywords = {
      "auto",   "break",    "case",     "char",     "const", "continue", "default", "do",     "double",
      "else",   "enum",     "extern",   "float",    "for",   "goto",     "if",      "inline", "int",
      "long",   "register", "restrict", "return",   "short", "signed",   "sizeof",  "static", "struct",
      "switch", "typedef",  "union",    "unsigned", "void",  "volatile", "while"};
  std::string id;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    const bool is_valid = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_valid)
      id += c;
    else if (!id.empty() && id.back() != '_')
      id += '_';
  }
  while (!id.empty() && id.back() == '_') id.pop_back();
  if (id.empty()) id = "model";
  if (id[0] >= '0' && id[0] <= '9') id = "m" + id;
  if (kKeywords.count(id)) id += "_model";
  return id;
}

std::string without_digits(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) {
      out += text[i];
      continue;
    }
    if (out.ends_with('-')) out.pop_back();
    while (i + 1 < text.size() &&
           (is_digit(text[i + 1]) || std::string_view(".e+-").find(text[i + 1]) != std::string_view::npos))
      ++i;  // "1.3e+03" is one figure
  }
  return out;
}

std::string upper_case(std::string text) {
  for (char &c : text)
    if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
  return text;
}

size_t parse_bytes(const std::string &text, const std::string &where) {
  std::string number(trim(text));
  double unit = 1;
  if (!number.empty()) {
    const int last = std::tolower(byte_of(number.back()));
    if (last == 'k') unit = 1024;
    if (last == 'm') unit = 1024 * 1024;
    if (unit > 1) number.pop_back();
  }
  const auto value = parse_number(number);
  if (!value || !(*value > 0) || *value * unit > 0x1p40)
    throw Error(ErrorCode::kInvalidArgument, where, fmt::format("'{}' is no number of bytes", text),
                "write 24576, 24k or 1M");
  return *value * unit;
}

std::string human_bytes(size_t bytes) {
  if (bytes < 10 * 1024) return with_commas(bytes) + " bytes";
  return fmt::format("{:.1f} KB", bytes / 1024.0);
}

std::string with_commas(long long value) {
  std::string text = std::to_string(value < 0 ? -value : value);
  for (ptrdiff_t i = std::ssize(text) - 3; i > 0; i -= 3) text.insert(i, ",");
  return value < 0 ? "-" + text : text;
}

}  // namespace mote
