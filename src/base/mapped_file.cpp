// A new file is mapped under a temporary name beside its own, which ends with the process as those of
// files.cpp do, so that remove_leftovers() finds it.
#include "base/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.h"

namespace mote {

std::shared_ptr<const MappedFile> MappedFile::of(const fs::path &path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return nullptr;
  struct stat info {};
  void *memory = MAP_FAILED;
  if (::fstat(file, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0)
    memory = ::mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (memory == MAP_FAILED) return nullptr;
  return std::shared_ptr<const MappedFile>(
      new MappedFile(static_cast<const char *>(memory), static_cast<size_t>(info.st_size)));
}

MappedFile::~MappedFile() { ::munmap(const_cast<char *>(bytes_), size_); }

NewMappedFile::NewMappedFile(fs::path path, size_t size)
    : path_(std::move(path)), temporary_(path_.string() + fmt::format(".tmp-{}", ::getpid())), size_(size) {
  MOTE_CHECK(size > 0);
  file_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ < 0) throw io_error(path_, "write", errno);
  // blocks are set aside now: a disk that is full later would end the process
  int code = ::posix_fallocate(file_, 0, static_cast<off_t>(size));
  void *memory = MAP_FAILED;
  if (code == 0) {
    memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (memory == MAP_FAILED) code = errno;
  }
  if (code != 0) {
    ::close(file_);
    ::unlink(temporary_.c_str());
    throw io_error(path_, "write", code);
  }
  bytes_ = static_cast<char *>(memory);
}

NewMappedFile::~NewMappedFile() {
  ::munmap(bytes_, size_);
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

void NewMappedFile::commit() {
  if (::msync(bytes_, size_, MS_SYNC) != 0) throw io_error(path_, "write", errno);
  if (::fsync(file_) != 0 && errno != EINVAL && errno != EROFS) throw io_error(path_, "write", errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw io_error(path_, "write", errno);
  ::close(std::exchange(file_, -1));
}

}  // namespace mote
