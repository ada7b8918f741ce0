// Reading whole files within a limit, and writing files and folders that are either whole or absent: a
// temporary name beside the target, fsync, rename.
//
// Temporary names end with the process that writes, so that what a killed one left behind can be told
// from what another is writing. Archives: zip.h.
#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace mote {

static Error io_error(const fs::path &path, const char *doing, int code) {
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
  if (static_cast<size_t>(info.st_size) > max_bytes) throw too_large("", static_cast<size_t>(info.st_size));
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t have = 0;
  while (true) {
    // pipes and files that grow have more than their size says
    if (have > max_bytes) throw too_large("at least ", have);
    if (have == bytes.size())
      bytes.resize(std::min(max_bytes + 1, have + (have == static_cast<size_t>(info.st_size) ? 1 : have)));
    const ssize_t n = ::read(file.fd, bytes.data() + have, bytes.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw io_error(path, "read", errno);
    if (n == 0) break;
    have += n;
  }
  bytes.resize(have);
  return bytes;
}

static void write_all(const fs::path &path, std::string_view bytes) {
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
    write_all(temporary, bytes);
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

static fs::path without_trailing_slash(fs::path path) {
  return path.has_filename() ? path : path.parent_path();
}

StagedFolder::StagedFolder(fs::path target) : target_(without_trailing_slash(std::move(target))) {
  std::error_code code;
  if (fs::exists(target_, code) && !fs::is_directory(target_, code))
    throw Error(ErrorCode::kIo, target_.string(), "exists and is not a folder");
  if (fs::is_directory(target_, code) && ::access(target_.c_str(), W_OK) != 0)
    throw io_error(target_, "write into the folder", errno);
  const fs::path parent = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
  fs::create_directories(parent, code);
  if (code) throw io_error(parent, "create the folder", code.value());
  staging_ = parent / fmt::format(".{}.tmp-{}", target_.filename().string(), ::getpid());
  fs::remove_all(staging_, code);
  fs::create_directory(staging_, code);
  if (code) throw io_error(target_, "create the folder", code.value());
}

StagedFolder::~StagedFolder() {
  std::error_code code;
  if (!staging_.empty()) fs::remove_all(staging_, code);
}

void StagedFolder::write(const fs::path &relative, std::string_view bytes) {
  const fs::path path = staging_ / relative;
  std::error_code code;
  fs::create_directories(path.parent_path(), code);
  if (code) throw io_error(target_ / relative, "create the folder", code.value());
  try {
    write_all(path, bytes);
  } catch (const Error &e) {
    throw Error(e.code(), (target_ / relative).string(), e.message(), e.hint());
  }
}

void StagedFolder::commit() {
  std::error_code code;
  if (!fs::exists(target_, code)) {
    fs::rename(staging_, target_, code);
    if (code) throw io_error(target_, "create the folder", code.value());
    staging_.clear();
    return;
  }
  for (const auto &entry : fs::recursive_directory_iterator(staging_)) {
    const fs::path to = target_ / entry.path().lexically_relative(staging_);
    if (entry.is_directory()) {
      fs::create_directories(to, code);
    } else {
      fs::rename(entry.path(), to, code);
    }
    if (code) throw io_error(to, "write", code.value());
  }
}

TemporaryFolder::TemporaryFolder(const std::string &prefix) {
  const fs::path where = fs::temp_directory_path();
  std::string name = (where / (prefix + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) throw io_error(where, "make a folder in it", errno);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace mote
