// Reading whole files within a limit, and writing files that are either whole or absent: a temporary name
// beside the target, fsync, rename.
//
// Temporary names end with the process that writes, so that what a killed one left behind can be told
// from what another is writing. Whole folders: staged_folder.h; archives: zip.h.
#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.h"

namespace mote {

Error io_error(const fs::path &path, const char *doing, int code) {
  const char *hint = code == EACCES || code == EPERM || code == EROFS ? "check the permissions of the folder"
                     : code == ENOSPC || code == EDQUOT               ? "free some space and run again"
                                                                      : "";
  return Error(ErrorCode::kIo, path.string(), fmt::format("cannot {}: {}", doing, std::strerror(code)), hint);
}

namespace {
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};
}  // namespace

std::string name_of_path(const fs::path &path) {
  return (fs::absolute(path) / "").lexically_normal().parent_path().filename().string();
}

std::string read_file(const fs::path &path, size_t max_bytes) {
  Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) {
    if (errno == ENOENT) throw Error(ErrorCode::kNotFound, path.string(), "no such file");
    throw io_error(path, "open", errno);
  }
  struct stat info {};
  if (::fstat(file.fd, &info) != 0) throw io_error(path, "read", errno);
  if (S_ISDIR(info.st_mode)) throw Error(ErrorCode::kIo, path.string(), "is a folder, expected a file");
  const auto too_large = [&](const char *about, size_t size) {
    return Error(ErrorCode::kDataFormat, path.string(),
                 fmt::format("is {}{} bytes large; at most {} are read", about, size, max_bytes));
  };
  const size_t size = info.st_size;
  if (size > max_bytes) throw too_large("", size);
  std::string bytes(size, '\0');
  size_t have = 0;
  while (true) {
    // pipes and files that grow have more than their size says
    if (have > max_bytes) throw too_large("at least ", have);
    if (have == bytes.size()) bytes.resize(std::min(max_bytes + 1, have + (have == size ? 1 : have)));
    const ssize_t n = ::read(file.fd, bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw io_error(path, "read", errno);
    if (n == 0) break;
    have += n;
  }
  bytes.resize(have);
  return bytes;
}

void write_new_file(const fs::path &path, std::string_view bytes) {
  Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  if (file.fd < 0) throw io_error(path, "write", errno);
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw io_error(path, "write", errno);
    bytes.remove_prefix(n);
  }
  if (::fsync(file.fd) != 0 && errno != EINVAL && errno != EROFS) throw io_error(path, "write", errno);
  const int fd = file.fd;
  file.fd = -1;
  if (::close(fd) != 0) throw io_error(path, "write", errno);
}

void write_file(const fs::path &path, std::string_view bytes) {
  const fs::path temporary = path.string() + fmt::format(".tmp-{}", ::getpid());
  try {
    write_new_file(temporary, bytes);
  } catch (const Error &e) {
    ::unlink(temporary.c_str());
    throw Error(e.code(), path.string(), e.message(), e.hint());
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(temporary.c_str());
    throw io_error(path, "write", code);
  }
}

// Temporary names end with the writer's process.
void remove_leftovers(const fs::path &path) {
  const std::string name = path.filename().string();
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code code;
  for (const auto &entry : fs::directory_iterator(parent, code)) {
    const std::string other = entry.path().filename().string();
    for (const std::string &prefix : {name + ".tmp-", "." + name + ".tmp-"}) {
      if (!other.starts_with(prefix)) continue;
      const long process = std::strtol(other.c_str() + prefix.size(), nullptr, 10);
      if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), code);
    }
  }
}

TemporaryFolder::TemporaryFolder(const std::string &prefix) {
  const char *given = std::getenv("TMPDIR");
  const fs::path where = given && *given ? given : "/tmp";
  std::string name = (where / (prefix + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Error(ErrorCode::kIo, where.string(),
                fmt::format("cannot make a temporary folder in it: {}", std::strerror(errno)),
                "set TMPDIR to a folder that can be written");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace mote
