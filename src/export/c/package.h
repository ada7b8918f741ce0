// The exported C in the form that a build system takes: an Arduino library, an ESP-IDF component, a Zephyr
// module or a CMake project.
#pragma once

#include <string>
#include <vector>

#include "export/c/export_c.h"

namespace mote {

// "arduino", "esp-idf", "zephyr", "cmake"
const std::vector<std::string> &package_formats();

// Writes the package into `folder`; for Arduino also mote_<name>.zip in it, for the IDE's "Add .ZIP Library".
// The list of files is relative to the folder. Errors: as export_c.
ExportedC export_package(const IntegerProgram &program, const std::string &format, const std::string &folder,
                         const ExportCOptions &options = {});

}  // namespace mote
