// --forms and --slowdown, and what they made of a program.
//
// The choice itself is device/forms.cpp.
#include "form_options.h"

namespace mote::cli {

void add_form_options(CLI::App *command, FormArguments &a) {
  command
      ->add_option(
          "--forms", a.forms,
          "how weights are stored: auto: in fewer bytes where their values allow it (codebooks, 4 bits, "
          "patterns of zeros); plain: a byte each")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "plain"}));
  command
      ->add_option("--slowdown", a.slowdown,
                   "of --forms auto: the model may take so many times the instructions of plain weights")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0));
}

ChosenForms chosen_forms(const IntegerProgram &program, const std::string &core, const FormArguments &a) {
  if (!a.is_auto()) return {program, {}, 0};
  return choose_forms(program, {core, a.slowdown});
}

std::string core_for_forms(const Board &board) {
  const std::string emulated = emulated_core(board);
  return emulated.empty() ? board.core : emulated;
}

std::string stored_text(const ChosenForms &chosen) {
  std::string lines = forms_text(chosen);
  if (lines.empty()) return "";
  lines.pop_back();
  return "\nWeights as they are stored:\n" + lines;
}

nlohmann::json forms_json(const ChosenForms &chosen) {
  nlohmann::json list = nlohmann::json::array();
  for (const LayerForm &f : chosen.layers)
    list.push_back({{"layer", f.layer},
                    {"form", f.form},
                    {"bytes", f.bytes},
                    {"plain_bytes", f.plain_bytes},
                    {"instructions", f.instructions},
                    {"plain_instructions", f.plain_instructions},
                    {"why", f.why}});
  return list;
}

}  // namespace mote::cli
