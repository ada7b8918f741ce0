#include "data/readers/readers.h"

#include <fmt/format.h>

#include <iterator>

#include "data/column_names.h"

namespace mote {

std::string extension_of(const fs::path &path) { return lower(path.extension().string()); }

namespace {

bool has_extension(const fs::path &path, std::initializer_list<const char *> names) {
  const std::string extension = extension_of(path);
  for (const char *name : names)
    if (extension == name) return true;
  return false;
}

constexpr FileReader kReaders[] = {
    {".csv, .tsv, .txt, .data",
     [](const fs::path &p) {
       return has_extension(p, {".csv", ".tsv", ".txt", ".data", ".tra", ".tes"});
     },
     read_delimited},
    {".npy, .npz",
     [](const fs::path &p) {
       return has_extension(p, {".npy", ".npz"});
     },
     read_numpy},
    {".ts", [](const fs::path &p) { return has_extension(p, {".ts"}); }, read_ts},
    {".arff", [](const fs::path &p) { return has_extension(p, {".arff"}); }, read_arff},
    {".png, .jpg, .bmp, .ppm, .pgm",
     [](const fs::path &p) {
       return has_extension(p, {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm", ".pnm"});
     },
     read_picture},
    // MNIST's names: train-images-idx3-ubyte, with train-labels-idx1-ubyte beside it; also gzipped
    {"idx3-ubyte",
     [](const fs::path &p) { return p.filename().string().find("idx3-ubyte") != std::string::npos; },
     read_idx_images},
};

}  // namespace

const FileReader *reader_of(const fs::path &path) {
  for (const FileReader &r : kReaders)
    if (r.reads(path)) return &r;
  return nullptr;
}

bool is_companion(const fs::path &path) {
  const std::string name = lower(path.filename().string());
  for (const char *stem : {"y", "groups", "y_train", "y_test"})
    if (name == std::string(stem) + ".npy") return true;
  return name.find("idx1-ubyte") != std::string::npos;
}

const std::string &readable() {
  static const std::string kText = [] {
    std::string text = "a ";
    for (const FileReader &r : kReaders)
      text += fmt::format("{}{}",
                          &r == kReaders                 ? ""
                          : &r == std::end(kReaders) - 1 ? " or "
                                                         : ", ",
                          r.shown);
    return text + " file";
  }();
  return kText;
}

}  // namespace mote
