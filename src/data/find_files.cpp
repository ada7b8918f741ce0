// The walk over a data folder. What the files hold is their readers'.
#include "data/find_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "data/acquisition.h"
#include "data/column_names.h"
#include "data/label_files.h"
#include "data/readers/readers.h"
#include "data/readers/text_examples.h"

namespace mote {

bool is_named(const std::string &path, const std::vector<std::string> &names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string &name) {
    return path.ends_with(name) && (path.size() == name.size() || path[path.size() - name.size() - 1] == '/');
  });
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

// A log is a table of recordings where nothing else is; beside them it may be anything.
static void leave_out_logs(FoundFiles &found) {
  const auto is_log = [](const fs::path &path) { return extension_of(path) == ".log"; };
  if (std::all_of(found.recordings.begin(), found.recordings.end(), is_log)) return;
  for (const fs::path &path : found.recordings)
    if (is_log(path))
      found.notes.push_back(
          {Severity::kNote, path.string(),
           "not read: a log beside other recordings; if it is a table of one, name it .txt"});
  std::erase_if(found.recordings, is_log);
}

FoundFiles find_files(const fs::path &root, const LoadOptions &options) {
  FoundFiles found;
  const FilesAround around = files_on_disk();
  for (const fs::path &path : every_file(root)) {
    const std::string name = lower(path.filename().string());
    if (name == "readme.txt" || name == "license.txt") continue;
    const std::string place = path.lexically_relative(root).string();
    const bool is_wanted = std::any_of(
        options.files.begin(), options.files.end(),
        [&](const std::string &wanted) { return place == wanted || place.starts_with(wanted + "/"); });
    if (!options.files.empty() && !is_wanted) continue;
    const bool is_excluded = is_named(path.string(), options.exclude);
    const bool is_left_out = is_excluded && label_format_of(path, around);
    if (!is_left_out && (is_companion(path) || is_text_companion(path)))
      found.companions.push_back(path);
    else if (is_excluded)
      found.notes.push_back({Severity::kNote, path.string(), "left out by data.exclude"});
    else if (label_format_of(path, around))
      found.companions.push_back(path);
    else if (reader_of(path) && (extension_of(path) != ".json" || looks_like_acquisition(around.head(path))))
      found.recordings.push_back(path);
    else
      found.notes.push_back(
          {Severity::kNote, path.string(), fmt::format("not read: {}", why_not_read(path))});
  }
  leave_out_logs(found);
  return found;
}

}  // namespace mote
