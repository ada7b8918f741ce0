// Names only: nothing of a run but the presence of its two main files is looked at here.
#include "runs/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include "base/error.h"

namespace mote {

namespace {

bool begins_with_time(const std::string &name) {
  constexpr std::string_view kPattern = "00000000-000000-";
  if (name.size() < kPattern.size()) return false;
  for (size_t i = 0; i < kPattern.size(); ++i)
    if (kPattern[i] == '-' ? name[i] != '-' : name[i] < '0' || name[i] > '9') return false;
  return true;
}

// "20261122-134000-wave-02" is (true, "20261122-134000-wave", 2). Names of projects have no '-' there.
std::tuple<bool, std::string, unsigned long> parts_of(const std::string &name) {
  const bool has_time = begins_with_time(name);
  const size_t dash = name.rfind('-');
  unsigned long counter = 1;
  if (has_time && dash > 15 && dash + 1 < name.size()) {
    const char *from = name.data() + dash + 1, *end = name.data() + name.size();
    unsigned long read = 0;
    const auto [stop, code] = std::from_chars(from, end, read);
    if (code == std::errc() && stop == end) return {true, name.substr(0, dash), read};
  }
  return {has_time, name, counter};
}

bool is_run(const fs::path &path) { return fs::exists(path / run_file::kRecord); }

// The record of a series has none; a model that others trained is int8 alone.
bool has_model(const fs::path &run) {
  return fs::exists(run / run_file::kModel) || fs::exists(run / run_file::kIntegerModel);
}

}  // namespace

bool is_older_run(const std::string &a, const std::string &b) {
  return std::tuple_cat(parts_of(a), std::tie(a)) < std::tuple_cat(parts_of(b), std::tie(b));
}

std::string path_within(const fs::path &folder, const fs::path &path) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  const fs::path inside = whole.lexically_relative(fs::absolute(folder).lexically_normal());
  return inside.empty() || *inside.begin() == ".." ? whole.string() : inside.string();
}

// The name of the last finished run below `runs`; nullopt without any.
static std::optional<std::string> newest_run(const fs::path &runs) {
  std::optional<std::string> newest;
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(runs, code)) {
    const std::string name = entry.path().filename().string();
    if (name[0] == '.' || !is_run(entry.path()) || !has_model(entry.path())) continue;
    if (!newest || is_older_run(*newest, name)) newest = name;
  }
  return newest;
}

RunFolder find_run(const std::string &run, const std::string &project_folder) {
  const auto with_project = [](const fs::path &path) {
    const fs::path whole = fs::absolute(path).lexically_normal(),
                   runs = whole.has_filename() ? whole.parent_path() : whole.parent_path().parent_path();
    return RunFolder{path.string(), runs.parent_path().string(), {}};
  };
  if (!run.empty()) {
    for (fs::path path : {fs::path(run), fs::path(project_folder) / "runs" / run}) {
      if (!is_run(path)) continue;
      while (!path.has_filename() && path.has_relative_path())
        path = path.parent_path();  // "runs/x/" as a shell completes it
      return with_project(path);
    }
    const std::string project = fs::exists(fs::path(run) / "mote.toml") ? run : "";
    if (!project.empty()) return find_run("", project);
    throw Error(ErrorCode::kNotFound, run, "is not a run",
                "give a folder under runs/ that `mote train` made");
  }
  const fs::path runs = fs::path(project_folder) / "runs";
  const std::optional<std::string> newest = newest_run(runs);
  if (!newest)
    throw Error(ErrorCode::kNotFound, runs.string(), "there is no finished run", "`mote train` makes one");
  return with_project((runs / *newest).lexically_normal());
}

bool has_finished_run(const std::string &project_folder) {
  return newest_run(fs::path(project_folder) / "runs").has_value();
}

}  // namespace mote
