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

// The program as it is, where --forms says plain. `core`: "" for one that mote does not know.
ChosenForms chosen_forms(const IntegerProgram &program, const std::string &core,
                         const FormArguments &arguments);

// Lines behind a result, "" where no weights have a pattern.
std::string stored_text(const ChosenForms &chosen);
nlohmann::json forms_json(const ChosenForms &chosen);

}  // namespace mote::cli
