// Texts about the commands, made from the program's own definitions: man pages and completions of shells. No
// name or option is written a second time.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace mote::cli {

// Those that people see, in their order.
std::vector<const CLI::App *> commands_of(const CLI::App &app);
// What was probably meant by a word that is none of them, or "".
std::string nearest_command(const CLI::App &app, const std::string &name);
// A sentence about the first argument that is no option of the command, or "".
std::string unknown_option(const CLI::App &command, int argc, char **argv);
// What an option may be given, if that is one of some words.
std::vector<std::string> choices_of(const CLI::Option &option);
bool is_flag(const CLI::Option &option);

// In roff. Of the program itself, or of one of its commands.
std::string man_page(const CLI::App &app);
std::string man_page(const CLI::App &app, const CLI::App &command);

std::string bash_completion(const CLI::App &app);
std::string zsh_completion(const CLI::App &app);
std::string fish_completion(const CLI::App &app);

}  // namespace mote::cli
