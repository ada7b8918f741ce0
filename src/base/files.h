// Files that are either whole or absent: written to a temporary name beside the target, synced, renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mote {

namespace fs = std::filesystem;

// Reads a whole file. Errors: kNotFound, kIo (unreadable, a folder), kDataFormat (larger than max_bytes).
std::string read_file(const fs::path &path, size_t max_bytes = size_t{1} << 31);

// Replaces `path` in one step. Errors: kIo with the system's reason; the old file, if any, stays as it was.
void write_file(const fs::path &path, std::string_view bytes);

// Removes what writers of `path`, file or folder, left beside it when they were killed.
void remove_leftovers(const fs::path &path);

// A folder that appears all at once: files go to a hidden sibling, commit() moves them into place.
// Without commit nothing is left behind. An existing target keeps its other files; equal names are replaced.
class StagedFolder {
 public:
  explicit StagedFolder(fs::path target);
  ~StagedFolder();
  StagedFolder(const StagedFolder &) = delete;
  StagedFolder &operator=(const StagedFolder &) = delete;

  void write(const fs::path &relative, std::string_view bytes);
  const fs::path &staging() const { return staging_; }
  void commit();

 private:
  fs::path target_, staging_;
};

// A new folder of a name that nobody else has, removed with all that is in it. Errors: kIo.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string &prefix);  // "mote-device"
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  const fs::path &path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace mote
