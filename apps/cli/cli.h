// What the subcommands share. Each lives in a file of its own and registers itself with one function.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mote::cli {

struct Common {
  bool json = false;  // one JSON document on stdout, messages on stderr
};

// Adds --json and an example to the help.
void describe(CLI::App *command, Common &common, const std::string &example);

// As it may stand on a terminal: what comes from files may hold escape sequences.
std::string shown(const std::string &text);
// Headings and pages, once all commands are there.
void group_commands(CLI::App &app);
std::string version_text();                               // "0.1.0+d5be80e"
void say(const Common &common, const std::string &line);  // a message for people
void result(const Common &common, const nlohmann::json &json,
            const std::string &text);  // the result, in either form
// On standard error, in the width of its terminal: a text; sentences about the recordings, without their
// full stops; a sentence that should not be overlooked.
void complain(const std::string &sentence);
void warn(const std::vector<std::string> &notes);
void warning(const std::string &sentence);

// --set KEY=VALUE, on every command that reads a project.
void add_set_option(CLI::App *command, std::vector<std::string> &assignments);
// Of a command on a run: only these sections mean something to it.
void check_assignments(const std::vector<std::string> &assignments, const std::vector<std::string> &sections);
// --streaming and --no-streaming; neither: as the project has it.
void add_streaming_option(CLI::App *command, std::optional<bool> &is_streaming);
// --emulate and --core, on commands that know what push() must answer.
void add_emulate_options(CLI::App *command, bool &is_emulated, std::string &core);
CLI::Validator range_of(const std::string &setting);  // of a flag that stands for it

#define MOTE_COMMAND(name) void add_##name(CLI::App &app);
#include "commands.def"
#undef MOTE_COMMAND

}  // namespace mote::cli
