// Files of one's own that are mapped into memory: one that is there, to read; a new one, to fill, which
// appears whole or not at all.
//
// For lists that only live as long as the process: mote/spill.h.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "base/files.h"

namespace mote {

// Ownership/Threads: stays as it is after its file was removed or replaced; reading is safe in any thread.
class MappedFile {
 public:
  // nullptr: there is no such file, or it cannot be read.
  static std::shared_ptr<const MappedFile> of(const fs::path &path);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  const char *bytes() const { return bytes_; }
  size_t size() const { return size_; }

 private:
  MappedFile(const char *bytes, size_t size) : bytes_(bytes), size_(size) {}
  const char *bytes_;
  size_t size_;
};

class NewMappedFile {
 public:
  // Its room on the disk is set aside at once. Errors: kIo, and nothing is left.
  NewMappedFile(fs::path path, size_t size);
  ~NewMappedFile();  // without commit() there is no file
  NewMappedFile(const NewMappedFile &) = delete;
  NewMappedFile &operator=(const NewMappedFile &) = delete;

  char *bytes() { return bytes_; }
  size_t size() const { return size_; }
  void commit();  // Errors: kIo; the old file, if any, stays as it was

 private:
  fs::path path_, temporary_;
  char *bytes_ = nullptr;
  size_t size_;
  int file_ = -1;
};

}  // namespace mote
