// One table of what each language replaces, and one loop over the characters.
//
// Sources: ISO C99 5.2.1.1 (trigraphs), HTML "Attributes", YAML 1.2 "Double-Quoted Style", the Kconfig macro
// language of Linux (a $ is expanded in quotes too, and cannot be escaped), cmake-language(7), CommonMark
// "Backslash escapes", RFC 4180, TOML 1.0, Unicode TR 36 (letters that change the direction of text).
#include "base/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/text.h"
#include "mote/names.h"

namespace mote {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

bool is_ascii(char32_t c) { return c < 0x80; }
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029; }
bool changes_direction(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_one_of(std::string_view set, char32_t c) {
  return is_ascii(c) && set.find(static_cast<char>(c)) != std::string_view::npos;
}
std::string with_backslash(std::string_view set, char32_t c) {
  return is_one_of(set, c) ? std::string("\\") + static_cast<char>(c) : "";
}

std::string html(char32_t c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    default:
      return "";
  }
}

// What stands for a character, given with its bytes; "" where it stands for itself.
std::string replaced(Language language, char32_t c, std::string_view bytes) {
  if (language == Language::kCString) {
    if (is_control(c) || !is_ascii(c)) {
      std::string octal;
      for (const char byte : bytes) octal += fmt::format("\\{:03o}", static_cast<unsigned char>(byte));
      return octal;
    }
    return with_backslash("\"\\?", c);
  }
  if (language == Language::kC)
    return is_control(c) || !is_ascii(c) || is_one_of("*/\\?", c) ? std::string(bytes.size(), '_') : "";
  if (language == Language::kTerminal) {
    if (c == '\n' || c == '\t') return "";
    if (is_ascii(c) && is_control(c)) return fmt::format("\\x{:02x}", static_cast<uint32_t>(c));
    return is_control(c) || changes_direction(c) ? fmt::format("\\u{:04x}", static_cast<uint32_t>(c)) : "";
  }
  if (is_control(c)) return " ";
  switch (language) {
    case Language::kHtml:
      return html(c);
    case Language::kYaml:
    case Language::kToml:
      return with_backslash("\"\\", c);
    case Language::kKconfig:
      return is_one_of("\"\\$", c) ? "_" : "";
    case Language::kCMake:
      return with_backslash("\"\\$;@", c);
    case Language::kMake:
      return is_one_of("\\$", c) ? "_" : "";
    case Language::kProperties:
      return is_one_of("\\", c) ? "_" : "";
    case Language::kMarkdown:
      return with_backslash("\\`*[]<>|&", c);
    case Language::kCsv:
      return c == '"' ? "\"\"" : "";
    default:
      return "";
  }
}

}  // namespace

std::string escaped(Language language, std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t length = utf8_length(text.substr(at));
    const std::string_view bytes = text.substr(at, length == 0 ? 1 : length);
    at += bytes.size();
    const char32_t c = length == 0 ? kReplacement : code_point(bytes);
    const std::string instead = replaced(language, c, bytes);
    if (!instead.empty())
      out += instead;
    else if (length == 0)
      out += "\xEF\xBF\xBD";
    else
      out += bytes;
  }
  if (language == Language::kCsv && text.find_first_of(",\"\r\n") != std::string_view::npos)
    out = '"' + out + '"';
  return out;
}

std::string shell_word(std::string_view word) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || byte_of(c) >= 0x80 ||
           std::string_view("_-./:,+@%=").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain) && is_utf8(word) &&
      escaped(Language::kTerminal, word) == word)
    return std::string(word);
  const bool is_visible = is_utf8(word) && word.find_first_of("\n\t") == std::string::npos &&
                          escaped(Language::kTerminal, word) == word;
  std::string out = is_visible ? "'" : "$'";
  for (const char c : word) {
    const bool is_shown = byte_of(c) >= 0x20 && byte_of(c) < 0x7F;
    if (c == '\'')
      out += is_visible ? "'\\''" : "\\'";
    else if (is_visible || (is_shown && c != '\\'))
      out += c;
    else
      out += fmt::format("\\{:03o}", byte_of(c));
  }
  return out + "'";
}

std::string shell_path(std::string_view path) {
  return shell_word(path.starts_with('-') ? "./" + std::string(path) : std::string(path));
}

Language language_of(std::string_view file) {
  if (file.ends_with(".in")) file.remove_suffix(3);
  if (const size_t slash = file.rfind('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  static const NameTable<Language> kNames({{"Kconfig", Language::kKconfig},
                                           {"CMakeLists.txt", Language::kCMake},
                                           {"Makefile", Language::kMake},
                                           {"keywords.txt", Language::kProperties},
                                           {"NOTICE", Language::kMarkdown}});
  static const NameTable<Language> kEndings({{".c", Language::kC},
                                             {".h", Language::kC},
                                             {".ino", Language::kC},
                                             {".ld", Language::kC},
                                             {".md", Language::kMarkdown},
                                             {".yml", Language::kYaml},
                                             {".html", Language::kHtml},
                                             {".csv", Language::kCsv},
                                             {".toml", Language::kToml},
                                             {".properties", Language::kProperties}});
  if (const Language *named = kNames.find(std::string(file))) return *named;
  const size_t dot = file.rfind('.');
  if (dot != std::string_view::npos)
    if (const Language *ending = kEndings.find(std::string(file.substr(dot)))) return *ending;
  throw InternalError(fmt::format("the language of {} is not known", file));
}

}  // namespace mote
