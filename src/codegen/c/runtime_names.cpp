// Names by content. A routine is found by MOTE_SHARED before its definition; what it is made of, by the
// includes of its file.
//
// Why names and not static functions: docs/decisions/0023-one-runtime-for-many-models.md.
#include "codegen/c/runtime_names.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "base/checksum.h"

namespace mote {

namespace {

constexpr std::string_view kNamesHeader = "mote_names.h";  // made here, so in no checksum

// Without comments, and with one space where there are several characters between words.
std::string code_of(std::string_view text) {
  std::string code;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "/*") {
      i = text.find("*/", i + 2) + 1;
      continue;
    }
    const bool is_space = text[i] == ' ' || text[i] == '\n';
    if (!is_space)
      code += text[i];
    else if (!code.empty() && code.back() != ' ')
      code += ' ';
  }
  return code;
}

// The names before the parentheses behind each MOTE_SHARED.
std::vector<std::string> routines_of(std::string_view text) {
  constexpr std::string_view kMark = "MOTE_SHARED ";
  std::vector<std::string> names;
  for (size_t at = text.find(kMark); at != text.npos; at = text.find(kMark, at + 1)) {
    const size_t end = text.find('(', at), begin = text.rfind(' ', end) + 1;
    names.emplace_back(text.substr(begin, end - begin));
  }
  return names;
}

void add_needs(const std::string &file, std::set<std::string> &files) {
  const std::string_view text = runtime_source(file);
  constexpr std::string_view kInclude = "#include \"";
  for (size_t at = text.find(kInclude); at != text.npos; at = text.find(kInclude, at)) {
    at += kInclude.size();
    const std::string header(text.substr(at, text.find('"', at) - at));
    if (header == kNamesHeader || !files.insert(header).second) continue;
    add_needs(header, files);
    const std::string source = header.substr(5, header.size() - 7) + ".c";  // mote_NAME.h
    if (has_runtime_source(source) && files.insert(source).second) add_needs(source, files);
  }
}

}  // namespace

std::set<std::string> runtime_needs(const std::string &file) {
  std::set<std::string> files;
  add_needs(file, files);
  return files;
}

std::string runtime_names(const std::set<std::string> &files,
                          const std::function<std::string_view(std::string_view)> &text) {
  std::string lines;
  for (const std::string &file : files) {
    if (!file.ends_with(".c")) continue;
    std::set<std::string> parts = runtime_needs(file);
    parts.insert(file);
    std::string code;
    for (const std::string &part : parts) code += code_of(text(part));
    for (const std::string &name : routines_of(text(file)))
      lines += fmt::format("#define {} {}_{:08x}\n", name, name, checksum(code));
  }
  return lines;
}

}  // namespace mote
