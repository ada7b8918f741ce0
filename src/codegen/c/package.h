// What the packages of export_package() (mote/export.h) and the firmware share: exported files in memory, and
// folders that are marked as mote's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/export.h"

namespace mote {

// What export_c writes, by file.
struct ExportedFiles {
  ExportedC made;
  std::map<std::string, std::string> files;
};
ExportedFiles export_in_memory(const IntegerProgram &program, const ExportCOptions &options);

// Writes files into a folder all at once. The folder then holds a mark; one that is neither empty nor marked
// is left alone unless `force`. Errors: kIo.
void write_marked_folder(const std::string &folder, const std::string &mark,
                         const std::map<std::string, std::string> &files, bool force);

}  // namespace mote
