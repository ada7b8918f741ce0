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
// Looks into folders nine deep and follows links; hidden files are not seen. Of the options, `files` and
// `exclude` say which files are wanted. Errors: kNotFound, kIo.
FoundFiles find_files(const fs::path &root, const LoadOptions &options = {});

// "a.csv" and "ann/a.csv" name /data/ann/a.csv, as does "ann/a.csv:12" its line 12; "b/a.csv" does not.
bool is_named(const std::string &path, const std::vector<std::string> &names);

}  // namespace mote
