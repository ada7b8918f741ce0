// A lock that processes and threads hold one after the other, and that a killed process loses with its life.
#pragma once

#include <filesystem>
#include <optional>

namespace mote {

namespace fs = std::filesystem;

// Holds a file that is there as long as the lock, which is of nobody else. What a killed process leaves of it
// blocks no one. Errors: kIo.
class FileLock {
 public:
  // Waits until it is free.
  explicit FileLock(const fs::path &path);
  // nullopt: somebody else holds it.
  static std::optional<FileLock> try_of(const fs::path &path);

  FileLock(FileLock &&other) noexcept;
  FileLock &operator=(FileLock &&) = delete;
  ~FileLock();

 private:
  FileLock(fs::path path, int fd);

  fs::path path_;
  int fd_;
};

}  // namespace mote
