// Files that are either whole or absent: written to a temporary name beside the target, synced, renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace mote {

namespace fs = std::filesystem;

// Reads a whole file. Errors: kNotFound, kIo (unreadable, a folder), kDataFormat (larger than max_bytes).
std::string read_file(const fs::path &path, size_t max_bytes = size_t{1} << 31);

// Replaces `path` in one step. Errors: kIo with the system's reason; the old file, if any, stays as it was.
void write_file(const fs::path &path, std::string_view bytes);

// The name of a file or folder, also of ".", of "a/.." and of a path that ends with a slash; "" of the root.
std::string name_of_path(const fs::path &path);

// Of a system call that failed on `path`: "cannot read: No space left on device", with what to do about it.
Error io_error(const fs::path &path, const char *doing, int code);
// Writes and syncs, in place. Errors: kIo, what was written of it remains.
void write_new_file(const fs::path &path, std::string_view bytes);

// Removes what writers of `path`, file or folder, left beside it when they were killed.
void remove_leftovers(const fs::path &path);

// A new folder in $TMPDIR, or /tmp, of a name that nobody else has, removed with all that is in it. Errors:
// kIo.
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
