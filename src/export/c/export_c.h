// Standalone C: a folder with the model, the runtime routines it uses, golden vectors and a self-test.
//
// One static buffer of exactly the planned size, no heap, no stdio (the self-test aside), no libm. C99.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"
#include "program/program.h"

namespace mote {

struct ExportCOptions {
  const Dataset *golden_from =
      nullptr;  // windows whose outputs become golden vectors; without: pseudo-random inputs
  int golden_count = 16;
  bool force = false;  // write into a folder that holds other files
};

struct ExportedC {
  std::string name;  // prefix of every symbol: mote_<name>_
  size_t buffer_bytes = 0, weight_bytes = 0;
  std::vector<std::string> files;
};

// Errors: kIo (folder, disk; nothing is left half-written), kUnsupported naming the layer.
ExportedC export_c(const IntegerProgram &program, const std::string &folder,
                   const ExportCOptions &options = {});

}  // namespace mote
