// What the packages of export_package() (mote/export.h) and the firmware share: exported files in memory.
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
// What export_package writes. Errors: as it has them.
ExportedFiles package_in_memory(const IntegerProgram &program, const std::string &format,
                                const ExportCOptions &options);

}  // namespace mote
