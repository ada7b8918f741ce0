// A file of features in a folder of such files: the names of windows (digests of their values), sorted, and
// what blocks made of each. Made anew whenever blocks or windows are others; nothing but time depends on it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/mapped_file.h"
#include "mote/preprocessing.h"

namespace mote {

using WindowName = std::array<unsigned char, 16>;
WindowName name_of_window(const float *values, size_t count);

// Of the blocks with their tables, and of all the windows.
std::string feature_key(const Preprocessing &blocks, const std::vector<WindowName> &sorted);

class FeatureFile {
 public:
  FeatureFile(std::string folder, std::string key, const std::vector<WindowName> &sorted, size_t floats);

  // Rows in the order of the names; nullptr: there is no such file, or it is not whole.
  std::shared_ptr<const float> open() const;

  // A file to fill. Errors: kIo, as the folder cannot be written or the disk is full.
  class Writing {
   public:
    float *row(size_t i) { return rows_ + i * floats_; }
    std::shared_ptr<const float> commit();  // the rows; errors: kIo

   private:
    friend class FeatureFile;
    explicit Writing(const FeatureFile &file);
    const FeatureFile &of_;
    NewMappedFile file_;
    float *rows_;
    size_t floats_;
  };
  Writing write() const { return Writing(*this); }

  // Files that were not used for long, and what writers left behind when they were killed.
  void remove_old() const;

 private:
  size_t names_bytes() const { return names_.size() * sizeof(WindowName); }
  size_t bytes() const;

  std::string folder_, key_;
  fs::path path_;
  const std::vector<WindowName> &names_;
  size_t floats_;
};

}  // namespace mote
