// flock(2): the kernel frees the lock with the process. The file's name is removed by whoever holds the lock,
// so a lock counts only if the file is still the one of that name.
#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/files.h"

namespace mote {

static bool is_of_name(int fd, const fs::path &path) {
  struct stat held {
  }, named{};
  return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

// -1: somebody else holds it, where this does not wait.
static int locked_file(const fs::path &path, bool is_waiting) {
  while (true) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) throw io_error(path, "create the file", errno);
    if (::flock(fd, is_waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
      const int code = errno;
      ::close(fd);
      if (code == EWOULDBLOCK) return -1;
      if (code == EINTR) continue;
      throw io_error(path, "lock the file", code);
    }
    if (is_of_name(fd, path)) return fd;
    ::close(fd);  // its holder has just removed it
  }
}

FileLock::FileLock(const fs::path &path) : FileLock(path, locked_file(path, true)) {}

FileLock::FileLock(fs::path path, int fd) : path_(std::move(path)), fd_(fd) {}

std::optional<FileLock> FileLock::try_of(const fs::path &path) {
  const int fd = locked_file(path, false);
  if (fd < 0) return {};
  return FileLock(path, fd);
}

FileLock::FileLock(FileLock &&other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());
  ::close(fd_);
}

}  // namespace mote
