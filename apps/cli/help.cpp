// mote help: the help of a command; for those who package mote also its man pages and completions, made of
// the same definitions (command_texts.h).
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/staged_folder.h"
#include "base/terminal_lines.h"
#include "base/text.h"
#include "cli.h"
#include "command_texts.h"
#include "mote/error.h"
#include "terminal.h"

namespace mote::cli {

static void write_texts(const CLI::App &app, const std::string &folder) {
  StagedFolder staged(folder);
  staged.write("man1/mote.1", man_page(app));
  for (const CLI::App *command : commands_of(app))
    staged.write(fmt::format("man1/mote-{}.1", command->get_name()), man_page(app, *command));
  staged.write("completions/mote.bash", bash_completion(app));
  staged.write("completions/_mote", zsh_completion(app));
  staged.write("completions/mote.fish", fish_completion(app));
  staged.commit();
}

std::string nearest_command(const CLI::App &app, const std::string &name) {
  std::vector<std::string> names;
  for (const CLI::App *command : commands_of(app)) names.push_back(command->get_name());
  return nearest(name, names);
}

std::string unknown_option(const CLI::App &command, int argc, char **argv) {
  std::vector<std::string> names;
  for (const CLI::Option *option : command.get_options())
    for (const std::string &name : option->get_lnames()) names.push_back("--" + name);
  for (int i = 1; i < argc; ++i) {
    const std::string given = std::string(argv[i]).substr(0, std::string_view(argv[i]).find('='));
    if (!given.starts_with("--") || std::find(names.begin(), names.end(), given) != names.end()) continue;
    const std::string near = nearest(given, names);
    return fmt::format("there is no option '{}'{}", given,
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
  }
  return "";
}

static const CLI::App &command_by_name(const CLI::App &app, const std::string &name) {
  std::vector<std::string> names;
  for (const CLI::App *command : commands_of(app)) {
    if (command->get_name() == name) return *command;
    names.push_back(command->get_name());
  }
  const std::string near = nearest_command(app, name);
  throw Error(ErrorCode::kInvalidArgument, "mote help", fmt::format("there is no command '{}'", name),
              near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                           : fmt::format("did you mean '{}'?", near));
}

void add_help(CLI::App &app) {
  struct Options {
    std::string command, output;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("help", "the help of a command");
  c->add_option("COMMAND", o->command, "of which; without: all of them");
  c->add_option("--output", o->output,
                "write man pages and the completions of bash, zsh and fish of all commands into this folder");
  c->footer("Example:\n  mote help train");
  c->callback([o, &app] {
    if (!o->output.empty()) return write_texts(app, o->output);
    // help() of an app that has parsed a command is that of the command.
    const CLI::App &asked = o->command.empty() ? app : command_by_name(app, o->command);
    const std::string name = o->command.empty() ? app.get_name() : app.get_name() + " " + o->command;
    const std::string text = app.get_formatter()->make_help(&asked, name, CLI::AppFormatMode::Normal);
    std::cout << fitted(text, columns_now(Stream::kOut));
  });
}

}  // namespace mote::cli
