// flock(2): the kernel frees the lock with the process. The file's name is removed by whoever holds the lock,
// so a lock counts only if the file is still the one of that name.
#include "runs/claim.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "runs/unfinished.h"

namespace mote {

constexpr std::string_view kLock = ".lock";

static fs::path lock_path(const fs::path &run) {
  return run.parent_path() / fmt::format(".{}{}", run.filename().string(), kLock);
}

// The locked file, or -1 where another process holds it.
static int lock(const fs::path &path) {
  const auto fail = [&](const char *doing) {
    return Error(ErrorCode::kIo, path.string(), fmt::format("cannot {}: {}", doing, std::strerror(errno)),
                 "check the permissions of the folder");
  };
  while (true) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) throw fail("create the file");
    struct stat held {
    }, named{};
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      const int code = errno;
      ::close(fd);
      if (code == EWOULDBLOCK) return -1;
      if (code == EINTR) continue;
      errno = code;
      throw fail("lock the file");
    }
    if (::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
        held.st_dev == named.st_dev)
      return fd;
    ::close(fd);  // its holder has just removed it
  }
}

std::optional<RunClaim> RunClaim::of(const std::string &run_path) {
  const fs::path path(run_path);
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  if (code)
    throw Error(ErrorCode::kIo, path.parent_path().string(), "cannot create the folder: " + code.message(),
                "check the permissions of the folder");
  const int fd = lock(lock_path(path));
  if (fd < 0) return {};
  RunClaim claim(run_path, fd);
  remove_leftovers(run_path);
  remove_leftovers(unfinished_path(run_path));
  return claim;
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
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const std::string base =
      fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::localtime(now), c_identifier(project.name));
  for (int n = 1;; ++n) {
    const fs::path path =
        (fs::path(project.folder) / "runs" / (n == 1 ? base : fmt::format("{}-{:02}", base, n)))
            .lexically_normal();
    const auto is_taken = [&] { return fs::exists(path) || fs::exists(unfinished_path(path.string())); };
    if (is_taken()) continue;
    std::optional<RunClaim> claim = of(path.string());
    if (claim && !is_taken()) return std::move(*claim);  // it may have been finished in between
  }
}

RunClaim::RunClaim(RunClaim &&other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

RunClaim::~RunClaim() {
  if (fd_ < 0) return;
  ::unlink(lock_path(path_).c_str());
  ::close(fd_);
}

}  // namespace mote
