// What is said of many files, for the one cause once, and whose it is.
#pragma once

#include <string>
#include <vector>

namespace mote::cli {

struct FileNotes {
  std::string file;
  std::vector<std::string> notes;
};

// Each note with its file, "all N files", or the first of many with the last. Of one file as it is.
std::vector<std::string> notes_of(const std::vector<FileNotes> &files);

}  // namespace mote::cli
