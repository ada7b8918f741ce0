// Which ending of a file, or name without one, is read by what. The sentence that names the readable
// files is made of the same table.
//
// A new format is a file in this folder and a row here.
#include "data/readers/readers.h"

#include <fmt/format.h>

#include <map>

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
  static const NameTable<ReadFile> kReaders({{".csv", read_delimited},
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
                                             {".wav", read_sound},
                                             {".flac", read_sound},
                                             {".ogg", read_sound},
                                             {".aiff", read_sound},
                                             {".json", read_acquisition},
                                             {".cbor", read_acquisition},
                                             {kIdxImages, read_idx_images}},
                                            {{".tra", ".data"},
                                             {".tes", ".data"},
                                             {".log", ".txt"},
                                             {".jpeg", ".jpg"},
                                             {".pnm", ".ppm"},
                                             {".wave", ".wav"},
                                             {".oga", ".ogg"},
                                             {".aif", ".aiff"}});
  return kReaders;
}

ReadFile reader_of(const fs::path &path) {
  const ReadFile *found = readers().find(has_in_name(path, kIdxImages) ? kIdxImages : extension_of(path));
  return found ? *found : nullptr;
}

bool is_sound(const fs::path &path) { return reader_of(path) == read_sound; }

bool is_acquisition(const fs::path &path) { return reader_of(path) == read_acquisition; }

bool is_companion(const fs::path &path) {
  const std::string name = lower(path.filename().string());
  return extension_of(path) == ".labels" ||
         (extension_of(path) == ".npy" && (name == "y.npy" || name == "groups.npy" || name == "mean.npy" ||
                                           name == "std.npy" || name.starts_with("y_"))) ||
         has_in_name(path, kIdxLabels);
}

std::string why_not_read(const fs::path &path) {
  static const std::map<std::string, const char *> kWhatToDo = {
      {".gz", "a packed file: unpack it first (gunzip FILE)"},
      {".bz2", "a packed file: unpack it first (bunzip2 FILE)"},
      {".xz", "a packed file: unpack it first (unxz FILE)"},
      {".zip", "an archive: unpack it first (unzip FILE)"},
      {".tar", "an archive: unpack it first (tar xf FILE)"},
      {".tgz", "an archive: unpack it first (tar xf FILE)"},
      {".7z", "an archive: unpack it first"},
      {".rar", "an archive: unpack it first"},
      {".xlsx", "a spreadsheet: save each of its sheets as CSV"},
      {".xls", "a spreadsheet: save each of its sheets as CSV"},
      {".ods", "a spreadsheet: save each of its sheets as CSV"},
      {".mat", "a file of MATLAB: save its arrays with writematrix as CSV, or from Python as .npy"},
      {".parquet", "a file of Parquet: save it as CSV (in pandas, read_parquet and to_csv)"},
      {".feather", "a file of Arrow: save it as CSV (in pandas, read_feather and to_csv)"},
      {".h5", "a file of HDF5: save its tables as CSV, or its arrays as .npy"},
      {".hdf5", "a file of HDF5: save its tables as CSV, or its arrays as .npy"},
      {".pkl", "an object of Python: save its tables as CSV, or its arrays as .npy"},
      {".json",
       "JSON of another kind than Edge Impulse's recordings and exports of Label Studio: save its rows as "
       "CSV"},
      {".jsonl", "JSON, which is not read: save its rows as CSV"},
      {".mp3", "a sound in MP3: decode it to WAV first (ffmpeg -i FILE.mp3 FILE.wav)"},
      {".m4a", "a sound in AAC: decode it to WAV first (ffmpeg -i FILE.m4a FILE.wav)"}};
  const auto found = kWhatToDo.find(extension_of(path));
  return found == kWhatToDo.end() ? "not " + readable_files() : found->second;
}

std::string readable_files() {
  std::vector<std::string> names = readers().names();
  const std::string last = names.back();
  names.pop_back();
  return fmt::format("a {} or {} file", fmt::join(names, ", "), last);
}

}  // namespace mote
