// Bytes to lines: UTF-8 with or without a mark, UTF-16, line ends of three systems, comments, minus signs
// and blanks that word processors put into numbers.
//
// Line numbers stay those of the file. Cells are layout.cpp's.
#include "data/text_lines.h"

#include <fmt/format.h>

#include "base/text.h"
#include "data/moment.h"

namespace mote {

void put_utf8(std::string &out, uint32_t c) {
  if (c < 0x80) {
    out.push_back(c);
    return;
  }
  // of two, three or four bytes; the first says how many
  const int first = c < 0x800 ? 6 : c < 0x10000 ? 12 : 18;
  out.push_back((first == 6 ? 0xC0 : first == 12 ? 0xE0 : 0xF0) | c >> first);
  for (int shift = first - 6; shift >= 0; shift -= 6) out.push_back(0x80 | (c >> shift & 0x3F));
}

namespace {

std::string from_utf16(std::string_view bytes, bool is_big) {
  std::string out;
  out.reserve(bytes.size() / 2);
  const auto unit = [&](size_t i) {
    const uint32_t a = byte_of(bytes[i]), b = byte_of(bytes[i + 1]);
    return is_big ? a * 256 + b : b * 256 + a;
  };
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    uint32_t c = unit(i);
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    put_utf8(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);  // half a pair is no character
  }
  return out;
}

// UTF-16 without a mark: in nearly every pair of bytes the same one is zero, and the other is not. 0: it is
// not.
char order_of_unmarked_utf16(std::string_view bytes) {
  constexpr size_t kLooked = 4096, kFewestPairs = 4;
  const std::string_view sample = bytes.substr(0, kLooked);
  const size_t pairs = sample.size() / 2;
  if (bytes.size() % 2 != 0 || pairs < kFewestPairs) return 0;
  size_t little = 0, big = 0;
  for (size_t i = 0; i + 1 < sample.size(); i += 2) {
    little += sample[i] != 0 && sample[i + 1] == 0;
    big += sample[i] == 0 && sample[i + 1] != 0;
  }
  return little * 10 >= pairs * 9 ? 'l' : big * 10 >= pairs * 9 ? 'b' : 0;
}

// The signs of units, which all western one-byte encodings (Latin-1, Latin-9, Windows-1252) have at one
// place: degree, plus-minus, squared, cubed, micro, middle dot. A letter may be of any alphabet and is not
// guessed at.
constexpr std::string_view kUnitSigns = "\xB0\xB1\xB2\xB3\xB5\xB7";

bool has_latin1_signs_only(std::string_view bytes) {
  bool has_any = false;
  for (char c : bytes) {
    if ((c & 0x80) == 0) continue;
    if (kUnitSigns.find(c) == std::string_view::npos) return false;
    has_any = true;
  }
  return has_any;
}
std::string from_latin1(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 64);
  for (char c : bytes) put_utf8(out, c & 0xFF);
  return out;
}

// What word processors and locales put into numbers.
constexpr std::string_view kMinus = "\xE2\x88\x92", kNoBreakSpace = "\xC2\xA0", kNarrowSpace = "\xE2\x80\xAF";

bool has_typography(std::string_view bytes) {
  return bytes.find(kMinus) != std::string_view::npos ||
         bytes.find(kNoBreakSpace) != std::string_view::npos ||
         bytes.find(kNarrowSpace) != std::string_view::npos;
}
std::string without_typography(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    size_t taken = 0;
    for (const auto &[text, plain] : {std::pair(kMinus, '-'), {kNoBreakSpace, ' '}, {kNarrowSpace, ' '}})
      if (bytes.starts_with(text)) {
        out += plain;
        taken = text.size();
      }
    if (taken == 0) {
      out += bytes.front();
      taken = 1;
    }
    bytes.remove_prefix(taken);
  }
  return out;
}

// The mark that opens a comment, or nothing.
std::string_view comment_mark(std::string_view line) {
  for (const std::string_view mark : {"#", "//", "%"})
    if (line.starts_with(mark)) return mark;
  return {};
}

std::string_view strip_blanks(std::string_view text) {  // tabs may separate cells
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

TextLines text_lines(std::string_view bytes) {
  TextLines result;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const bool is_little = bytes.starts_with("\xFF\xFE"), is_big = bytes.starts_with("\xFE\xFF");
  if (is_little || is_big) {
    result.converted = from_utf16(bytes.substr(2), is_big);
    bytes = result.converted;
    result.said.push_back("UTF-16 text");
  } else if (const char order = order_of_unmarked_utf16(bytes)) {
    result.converted = from_utf16(bytes, order == 'b');
    bytes = result.converted;
    result.said.push_back("UTF-16 text without a byte order mark");
  } else if (has_latin1_signs_only(bytes)) {  // none of these bytes begins a character of UTF-8
    result.converted = from_latin1(bytes);
    bytes = result.converted;
    result.said.push_back("signs of units in Latin-1 (as \xC2\xB0, \xC2\xB5, \xC2\xB2), which are kept");
  }
  if (has_typography(bytes)) {
    result.converted = without_typography(bytes);
    bytes = result.converted;
    result.said.push_back("typographic minus signs or spaces");
  }
  if (bytes.find('\0') != std::string_view::npos) {
    result.refusal = "holds zero bytes; this is not a text file";
    return result;
  }
  long number = 0;
  int blanks = 0;
  size_t stamps = 0, comments = 0;
  while (!bytes.empty()) {
    const size_t end = bytes.find_first_of("\r\n");
    std::string_view text = strip_blanks(bytes.substr(0, end));
    ++number;
    if (end == std::string_view::npos)
      bytes = {};
    else
      bytes.remove_prefix(end +
                          (bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n' ? 2 : 1));
    if (const size_t stamp = serial_stamp(text)) {
      text = strip_blanks(text.substr(stamp));
      ++stamps;
    }
    if (trim(text).empty()) {
      ++blanks;
      continue;
    }
    if (const std::string_view mark = comment_mark(text); !mark.empty()) {
      if (result.lines.empty()) result.last_comment = trim(text.substr(mark.size()));
      ++comments;
      continue;
    }
    std::string_view bare = text;
    if (bare.size() > 2 && bare.front() == '"' && bare.back() == '"') bare = bare.substr(1, bare.size() - 2);
    if (result.lines.empty() && bare.size() == 5 && bare.starts_with("sep=")) {
      result.separator = bare[4];
      result.said.push_back("a sep= line");
      continue;
    }
    result.lines.push_back({number, blanks, text});
    blanks = 0;
  }
  result.blanks_behind = blanks;
  if (stamps > 0)
    result.said.push_back(fmt::format("the serial monitor's time stamps before {} lines (left out)", stamps));
  if (comments > 0)
    result.said.push_back(fmt::format("{} comment line{}", comments, comments == 1 ? "" : "s"));
  return result;
}

}  // namespace mote
