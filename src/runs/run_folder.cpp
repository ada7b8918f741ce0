#include "runs/run_folder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

namespace mote {

std::string new_run_path(const Project &project) {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const std::string base =
      fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::localtime(now), c_identifier(project.name));
  fs::path path = fs::path(project.folder) / "runs" / base;
  for (int n = 2; fs::exists(path); ++n)
    path = fs::path(project.folder) / "runs" / fmt::format("{}-{}", base, n);
  return path.lexically_normal().string();
}

RunFolder find_run(const std::string &run, const std::string &project_folder) {
  const auto with_project = [](const fs::path &path) {
    const fs::path whole = fs::absolute(path).lexically_normal(),
                   runs = whole.has_filename() ? whole.parent_path() : whole.parent_path().parent_path();
    return RunFolder{path.string(), runs.parent_path().string(), {}};
  };
  const auto is_run = [](const fs::path &path) { return fs::exists(path / "run.json"); };
  if (!run.empty()) {
    for (const fs::path &path : {fs::path(run), fs::path(project_folder) / "runs" / run})
      if (is_run(path)) return with_project(path);
    const std::string project = fs::exists(fs::path(run) / "mote.toml") ? run : "";
    if (!project.empty()) return find_run("", project);
    throw Error(ErrorCode::kNotFound, run, "is not a run",
                "give a folder under runs/ that `mote train` made");
  }
  const fs::path runs = fs::path(project_folder) / "runs";
  std::vector<fs::path> found;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(runs, code))
    if (entry.path().filename().string()[0] != '.' && is_run(entry.path()) &&
        fs::exists(entry.path() / "model.mote"))
      found.push_back(entry.path());
  if (found.empty())
    throw Error(ErrorCode::kNotFound, runs.string(), "there is no finished run", "`mote train` makes one");
  // newest: by name, which starts with the time; a "-2" suffix sorts behind its base
  std::sort(found.begin(), found.end(), [](const fs::path &a, const fs::path &b) {
    std::error_code ignored;
    const auto ta = fs::last_write_time(a / "run.json", ignored),
               tb = fs::last_write_time(b / "run.json", ignored);
    return ta != tb ? ta < tb : a < b;
  });
  return with_project(found.back().lexically_normal());
}

bool has_finished_run(const std::string &project_folder) {
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(fs::path(project_folder) / "runs", code))
    if (entry.path().filename().string()[0] != '.' && fs::exists(entry.path() / "run.json") &&
        fs::exists(entry.path() / "model.mote"))
      return true;
  return false;
}

}  // namespace mote
