// Which files of a folder are recordings, and which lie beside one and are read with it.
#pragma once

#include <vector>

#include "base/files.h"
#include "mote/names.h"
#include "mote/recordings.h"

namespace mote {

struct FoundFiles {
  std::vector<fs::path> recordings, companions;  // in order
  std::vector<Finding> notes;                    // files that are not read, and why
};
// Looks into folders nine deep and follows links; hidden files are not seen. Errors: kNotFound, kIo.
FoundFiles find_files(const fs::path &root);

std::string lower(std::string text);           // ASCII
bool is_companion_file(const fs::path &path);  // y.npy, groups.npy, idx1-ubyte
// MNIST's names: train-images-idx3-ubyte, with train-labels-idx1-ubyte beside it; also gzipped.
bool is_idx(const fs::path &path);
std::string readable_files();  // "a .csv, ... or idx3-ubyte file"

enum class FileKind { kTable, kNumpy, kImage };
const NameTable<FileKind> &file_kinds();  // by extension
bool is_kind(const fs::path &path, FileKind kind);

}  // namespace mote
