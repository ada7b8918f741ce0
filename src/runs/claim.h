// A claim on the name of a run that is being made: two trainings never write into one folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file_lock.h"
#include "mote/project.h"

namespace mote {

// Holds runs/.<name>.lock, locked, while it lives. A process that is killed loses its lock with its life, so
// that what it leaves behind never blocks anyone.
class RunClaim {
 public:
  // A new name under <project>/runs: 20261122-134000-wave, or with -02, -03, ... where that is taken by a
  // run, an unfinished training or another process. Errors: kIo.
  static RunClaim next(const Project &project);
  // A certain one, to go on with it; nullopt: another process is at it. Errors: kIo.
  // What writers of it left behind when they were killed goes away.
  static std::optional<RunClaim> of(const std::string &run_path);
  // The first of several that nobody is at, tried for a tenth of a second: another command holds a claim for
  // a moment while it looks around.
  static std::optional<RunClaim> soon(const std::vector<std::string> &run_paths);
  // The same for all that killed trainings of the project left.
  static void sweep(const std::string &project_folder);

  const std::string &path() const { return path_; }

 private:
  RunClaim(std::string path, FileLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  FileLock lock_;
};

}  // namespace mote
