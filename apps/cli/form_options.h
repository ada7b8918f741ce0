// How weights are stored in C: --forms and --slowdown, on commands that write or measure C.
#pragma once

#include "cli.h"
#include "mote/device.h"

namespace mote::cli {

struct FormArguments {
  std::string forms = "auto";
  double slowdown = FormOptions{}.slowdown;
  bool is_auto() const { return forms == "auto"; }
};

void add_form_options(CLI::App *command, FormArguments &arguments);

// `core`: "" for one that mote does not know.
ChosenForms chosen_forms(const IntegerProgram &program, const std::string &core,
                         const FormArguments &arguments);

// Of a board: the core that is emulated for it, or its own, which mote does not know and for which weights
// stay plain.
std::string core_for_forms(const Board &board);

// Lines behind a result, "" where no weights have a pattern.
std::string stored_text(const ChosenForms &chosen);

}  // namespace mote::cli
