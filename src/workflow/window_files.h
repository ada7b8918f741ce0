// Names of files that show windows.
#pragma once

#include <set>
#include <string>

namespace mote {

// A class as a file's name, of plain letters; none of `taken`, which then has it, too.
std::string file_name_of(const std::string &label, std::set<std::string> &taken);
// Errors: kIo.
void make_picture_folder(const std::string &folder);

}  // namespace mote
