// What the packages of export_package() (mote/export.h) and the firmware share: exported files in memory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/export.h"
#include "mote/preprocessing.h"

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

// Of a model of sounds, by the values that it was trained on.
bool is_in_units_of_16_bits(const Preprocessing &front);

}  // namespace mote
