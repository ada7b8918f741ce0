// The table of readers: which files are read, and by what. A new format is a file here and a line in
// readers.cpp.
#pragma once

#include <string>

#include "data/intake.h"
#include "mote/names.h"

namespace mote {

// Errors: kDataFormat naming file and place.
using ReadFile = void (*)(Intake &intake, const FoundFile &file);

const NameTable<ReadFile> &readers();      // by extension, and "idx3-ubyte" by its part of the name
ReadFile reader_of(const fs::path &path);  // nullptr: none
bool is_sound(const fs::path &path);
bool is_acquisition(const fs::path &path);  // of Edge Impulse
// Read with another file, beside it: y.npy, y_train.npy, groups.npy, mean.npy, std.npy, idx1-ubyte,
// info.labels.
bool is_companion(const fs::path &path);
std::string readable_files();  // "a .csv, ... or idx3-ubyte file"

// Of a file that is not read, and what to do: "a packed file; unpack it first (gunzip)".
std::string why_not_read(const fs::path &path);

std::string extension_of(const fs::path &path);  // in lower case, with the dot

void read_delimited(Intake &intake, const FoundFile &file);
void read_delimited(Intake &intake, const FoundFile &file, const std::string &bytes);
void read_numpy(Intake &intake, const FoundFile &file);
void read_picture(Intake &intake, const FoundFile &file);
void read_sound(Intake &intake, const FoundFile &file);
void read_idx_images(Intake &intake, const FoundFile &file);
void read_acquisition(Intake &intake, const FoundFile &file);
void read_ts(Intake &intake, const FoundFile &file);
void read_arff(Intake &intake, const FoundFile &file);

}  // namespace mote
