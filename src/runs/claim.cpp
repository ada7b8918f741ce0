// The claim is a lock on a hidden file beside the run.
#include "runs/claim.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "runs/unfinished.h"

namespace mote {

constexpr std::string_view kLock = ".lock";

static fs::path lock_path(const fs::path &run) {
  return run.parent_path() / fmt::format(".{}{}", run.filename().string(), kLock);
}

std::optional<RunClaim> RunClaim::of(const std::string &run_path) {
  const fs::path path(run_path);
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  if (code)
    throw Error(ErrorCode::kIo, path.parent_path().string(), "cannot create the folder: " + code.message(),
                "check the permissions of the folder");
  std::optional<FileLock> lock = FileLock::try_of(lock_path(path));
  if (!lock) return {};
  RunClaim claim(run_path, std::move(*lock));
  remove_leftovers(run_path);
  remove_leftovers(unfinished_path(run_path));
  return claim;
}

std::optional<RunClaim> RunClaim::soon(const std::vector<std::string> &run_paths) {
  constexpr int kTries = 5;
  for (int n = 0; n < kTries; ++n) {
    if (n > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (const std::string &path : run_paths)
      if (auto claim = of(path)) return claim;
  }
  return {};
}

void RunClaim::sweep(const std::string &project_folder) {
  const fs::path runs = fs::path(project_folder) / "runs";
  std::vector<std::string> names;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(runs, code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") && name.ends_with(kLock))
      names.push_back(name.substr(1, name.size() - 1 - kLock.size()));
  }
  for (const std::string &name : names) of((runs / name).string());
}

RunClaim RunClaim::next(const Project &project) {
  sweep(project.folder);
  const std::string base = fmt::format("{:%Y%m%d-%H%M%S}-{}", record_time(), c_identifier(project.name));
  for (int n = 1;; ++n) {
    const fs::path path =
        (fs::path(project.folder) / "runs" / (n == 1 ? base : fmt::format("{}-{:02}", base, n)))
            .lexically_normal();
    const auto is_taken = [&] {
      return fs::exists(path) || fs::exists(unfinished_path(path.string())) ||
             fs::exists(series_path(path.string()));
    };
    if (is_taken()) continue;
    std::optional<RunClaim> claim = of(path.string());
    if (claim && !is_taken()) return std::move(*claim);  // it may have been finished in between
  }
}

}  // namespace mote
