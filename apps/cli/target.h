// [RUN|MODEL] arguments: a run, a project, or a .mote or .tflite file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "mote/error.h"
#include "mote/export.h"
#include "mote/project.h"

namespace mote::cli {

struct Target {
  std::optional<RunFolder> run;
  std::optional<AnyModel> file;

  // The integer program to export. Errors: kNotFound, kUnsupported for a float model file.
  IntegerProgram program() const {
    if (run) return integer_model(*run);
    if (const auto *p = std::get_if<IntegerProgram>(&*file)) return *p;
    throw Error(ErrorCode::kUnsupported, "export", "this is a float model",
                "give its run after `mote quantize`, or model_int8.mote");
  }
};

inline Target find_target(const std::string &name) {
  if (!name.empty() && std::filesystem::is_regular_file(name) &&
      std::filesystem::path(name).filename() != "mote.toml")
    return {std::nullopt, load(name)};
  return {find_run(name), std::nullopt};
}

}  // namespace mote::cli
