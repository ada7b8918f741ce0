// The walk over a data folder. What the files hold is recordings.cpp's.
#include "data/find_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace mote {

std::string lower(std::string text) {
  for (char &c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

const NameTable<FileKind> &file_kinds() {
  static const NameTable<FileKind> kKinds({{".csv", FileKind::kTable},
                                           {".tsv", FileKind::kTable},
                                           {".txt", FileKind::kTable},
                                           {".npy", FileKind::kNumpy},
                                           {".npz", FileKind::kNumpy},
                                           {".png", FileKind::kImage},
                                           {".jpg", FileKind::kImage}},
                                          {{".jpeg", ".jpg"}});
  return kKinds;
}

bool is_kind(const fs::path &path, FileKind kind) {
  const FileKind *found = file_kinds().find(path.extension().string());
  return found && *found == kind;
}

std::string readable_files() {
  return fmt::format("a {} or idx3-ubyte file", fmt::join(file_kinds().names(), ", "));
}

bool is_idx(const fs::path &path) { return path.filename().string().find("idx3-ubyte") != std::string::npos; }

bool is_companion_file(const fs::path &path) {
  const std::string name = lower(path.filename().string());
  return name == "y.npy" || name == "groups.npy" || name.find("idx1-ubyte") != std::string::npos;
}

static std::vector<fs::path> every_file(const fs::path &root) {
  std::error_code code;
  if (!fs::exists(root, code))
    throw Error(ErrorCode::kNotFound, root.string(), "no such file or folder",
                "put recordings there, or set data.path in mote.toml");
  if (!fs::is_directory(root)) return {root};
  std::vector<fs::path> paths;
  const auto unreadable = [&] {
    return Error(ErrorCode::kIo, root.string(), "cannot read the folder: " + code.message());
  };
  for (auto it =
           fs::recursive_directory_iterator(root, fs::directory_options::follow_directory_symlink, code);
       it != fs::end(it); it.increment(code)) {
    if (code) throw unreadable();
    if (it->path().filename().string()[0] == '.') {
      if (it->is_directory()) it.disable_recursion_pending();
      continue;
    }
    if (it.depth() > 8) it.disable_recursion_pending();
    if (it->is_regular_file()) paths.push_back(it->path());
  }
  if (code) throw unreadable();
  std::sort(paths.begin(), paths.end());
  return paths;
}

FoundFiles find_files(const fs::path &root) {
  FoundFiles found;
  for (const fs::path &path : every_file(root)) {
    const std::string name = lower(path.filename().string());
    if (name == "readme.txt" || name == "license.txt") continue;
    if (is_companion_file(path))
      found.companions.push_back(path);
    else if (file_kinds().find(path.extension().string()) || is_idx(path))
      found.recordings.push_back(path);
    else
      found.notes.push_back(
          {Severity::kNote, path.string(), fmt::format("not read: not {}", readable_files())});
  }
  return found;
}

}  // namespace mote
