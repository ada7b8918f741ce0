// Which ending of a file, or name without one, is read by what. The sentence that names the readable
// files is made of the same table.
//
// A new format is a file in this folder and a row here.
#include "data/readers/readers.h"

#include <fmt/format.h>

#include "data/column_names.h"

namespace mote {

namespace {

// MNIST's names: train-images-idx3-ubyte, with train-labels-idx1-ubyte beside it; also gzipped.
constexpr const char *kIdxImages = "idx3-ubyte", *kIdxLabels = "idx1-ubyte";

bool has_in_name(const fs::path &path, const char *text) {
  return path.filename().string().find(text) != std::string::npos;
}

}  // namespace

std::string extension_of(const fs::path &path) { return lower(path.extension().string()); }

const NameTable<ReadFile> &readers() {
  static const NameTable<ReadFile> kReaders(
      {{".csv", read_delimited},
       {".tsv", read_delimited},
       {".txt", read_delimited},
       {".data", read_delimited},
       {".npy", read_numpy},
       {".npz", read_numpy},
       {".ts", read_ts},
       {".arff", read_arff},
       {".png", read_picture},
       {".jpg", read_picture},
       {".bmp", read_picture},
       {".ppm", read_picture},
       {".pgm", read_picture},
       {kIdxImages, read_idx_images}},
      {{".tra", ".data"}, {".tes", ".data"}, {".jpeg", ".jpg"}, {".pnm", ".ppm"}});
  return kReaders;
}

ReadFile reader_of(const fs::path &path) {
  const ReadFile *found = readers().find(has_in_name(path, kIdxImages) ? kIdxImages : extension_of(path));
  return found ? *found : nullptr;
}

bool is_companion(const fs::path &path) {
  const std::string name = lower(path.filename().string());
  return (extension_of(path) == ".npy" && (name == "y.npy" || name == "groups.npy" || name == "mean.npy" ||
                                           name == "std.npy" || name.starts_with("y_"))) ||
         has_in_name(path, kIdxLabels);
}

std::string readable_files() {
  std::vector<std::string> names = readers().names();
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("a {} or {} file", fmt::join(names, ", "), last);
}

}  // namespace mote
