// The table of readers: which files are read, and by what. A new format is a file here and a line in
// readers.cpp.
#pragma once

#include <string>

#include "data/intake.h"

namespace mote {

struct FileReader {
  const char *shown;                    // ".csv", for the sentence that says what is read
  bool (*reads)(const fs::path &path);  // by the name
  // Errors: kDataFormat naming file and place.
  void (*read)(Intake &intake, const FoundFile &file);
};

// nullptr: no reader.
const FileReader *reader_of(const fs::path &path);
// Read beside another file: y.npy, idx1-ubyte.
bool is_companion(const fs::path &path);
const std::string &readable();  // "a .csv, ... or idx3-ubyte file"

std::string extension_of(const fs::path &path);  // in lower case, with the dot

void read_delimited(Intake &intake, const FoundFile &file);
void read_numpy(Intake &intake, const FoundFile &file);
void read_picture(Intake &intake, const FoundFile &file);
void read_idx_images(Intake &intake, const FoundFile &file);
void read_ts(Intake &intake, const FoundFile &file);
void read_arff(Intake &intake, const FoundFile &file);

}  // namespace mote
