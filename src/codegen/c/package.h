// The exported C in the form that a build system takes: an Arduino library, an ESP-IDF component, a Zephyr
// module or a CMake project.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "codegen/c/export_c.h"

namespace mote {

// "arduino", "esp-idf", "zephyr", "cmake"
const std::vector<std::string> &package_formats();

// Writes the package into `folder`; for Arduino also mote_<name>.zip in it, for the IDE's "Add .ZIP Library".
// The list of files is relative to the folder. Errors: as export_c.
ExportedC export_package(const IntegerProgram &program, const std::string &format, const std::string &folder,
                         const ExportCOptions &options = {});

// Writes files into a folder all at once. The folder then holds a mark; one that is neither empty nor marked
// is left alone unless `force`. Errors: kIo.
void write_marked_folder(const std::string &folder, const std::string &mark,
                         const std::map<std::string, std::string> &files, bool force);

}  // namespace mote
