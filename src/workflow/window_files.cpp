// Labels are anybody's text; names of files are letters, digits, '-', '_' and '.'.
#include "workflow/window_files.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/files.h"

namespace mote {

std::string file_name_of(const std::string &label, std::set<std::string> &taken) {
  constexpr size_t kLongest = 60;
  std::string name;
  for (const char c : label.substr(0, kLongest)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '-' || (c == '.' && !name.empty());
    name += is_plain ? c : '_';
  }
  if (name.empty()) name = "class";
  const std::string first = name;
  for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}_{}", first, n);
  return name;
}

void make_picture_folder(const std::string &folder) {
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) throw io_error(folder, "make the folder", code.value());
}

}  // namespace mote
