// [RUN|MODEL] arguments: a run, a project, or a .mote or .tflite file.
#pragma once

#include <optional>
#include <string>

#include "mote/device.h"
#include "mote/files.h"
#include "mote/runs.h"

namespace mote {

struct RunOrModel {
  std::optional<Run> run;
  std::optional<AnyModel> file;

  // The integer program to export. Errors: kNotFound, kUnsupported for a float model file.
  const IntegerProgram &program() const;
};
// Errors: kNotFound, kDataFormat.
RunOrModel find_run_or_model(const std::string &name);

// Says that a program does not fit a board, before anything of it is written.
// Errors: kUnsupported with every problem and what would help.
void check_fit(const IntegerProgram &program, const Board &board, size_t ram_bytes);

}  // namespace mote
