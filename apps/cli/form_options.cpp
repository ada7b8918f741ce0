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
          "patterns of zeros); plain: a byte each; kept: as a .mote file has them")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "plain", "kept"}));
  command
      ->add_option("--slowdown", a.slowdown,
                   "of --forms auto: the model may take so many times the instructions of plain weights")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 100.0));
}

ChosenForms chosen_forms(const IntegerProgram &program, const std::string &core, const FormArguments &a) {
  if (a.forms == "kept") return {program, {}, 0};
  if (!a.is_auto()) return {with_plain_weights(program), {}, 0};
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

}  // namespace mote::cli
