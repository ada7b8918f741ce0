// Completions of the commands for bash, zsh and fish, from their definitions: commands, options, and the
// words that an option may be given; elsewhere files.
#include <fmt/format.h>

#include "command_texts.h"

namespace mote::cli {

namespace {

std::vector<const CLI::Option *> named_options(const CLI::App &command) {
  std::vector<const CLI::Option *> list;
  for (const CLI::Option *o : command.get_options())
    if (!o->get_group().empty() && !o->get_lnames().empty()) list.push_back(o);
  return list;
}

// The words of the first argument that has a choice.
std::vector<std::string> argument_words(const CLI::App &command) {
  for (const CLI::Option *o : command.get_options())
    if (o->get_positional() && o->get_lnames().empty() && !choices_of(*o).empty()) return choices_of(*o);
  return {};
}

std::string replaced(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}
std::string shell_quoted(const std::string &text) { return "'" + replaced(text, "'", "'\\''") + "'"; }
std::string fish_quoted(const std::string &text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}
// Inside a specification of zsh's _arguments.
std::string zsh_text(std::string text) {
  for (const char *special : {"\\", "[", "]", ":"})
    text = replaced(text, special, std::string("\\") + special);
  return text;
}

}  // namespace

std::string bash_completion(const CLI::App &app) {
  std::string names, cases;
  for (const CLI::App *c : commands_of(app)) {
    names += (names.empty() ? "" : " ") + c->get_name();
    std::string options, values;
    for (const CLI::Option *o : named_options(*c)) {
      options += fmt::format("{}--{}", options.empty() ? "" : " ", o->get_lnames()[0]);
      if (const auto words = choices_of(*o); !words.empty())
        values += fmt::format("        --{}) words={} ;;\n", o->get_lnames()[0],
                              shell_quoted(fmt::format("{}", fmt::join(words, " "))));
      else if (!is_flag(*o))
        values += fmt::format("        --{}) return ;;\n", o->get_lnames()[0]);
    }
    cases += fmt::format(
        "    {})\n      words={}\n      [[ $current == -* ]] && words={}\n      case $previous in\n{}        "
        "*) ;;\n      esac\n      ;;\n",
        c->get_name(), shell_quoted(fmt::format("{}", fmt::join(argument_words(*c), " "))),
        shell_quoted(options), values);
  }
  return "# Completion of mote for bash.\n_mote() {\n  local words='' current=${COMP_WORDS[COMP_CWORD]} "
         "previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "  COMPREPLY=()\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    mapfile -t COMPREPLY < <(compgen -W " +
         shell_quoted(names + " --help --version") +
         " -- \"$current\")\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n" + cases +
         "    help) words=" + shell_quoted(names) +
         " ;;\n  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\ncomplete -o "
         "default -F _mote mote\n";
}

std::string zsh_completion(const CLI::App &app) {
  std::string commands, cases;
  for (const CLI::App *c : commands_of(app)) {
    commands += "  " +
                shell_quoted(zsh_text(c->get_name()) + ":" + replaced(c->get_description(), ":", "\\:")) +
                "\n";
    std::string specs;
    for (const CLI::Option *o : named_options(*c)) {
      const auto words = choices_of(*o);
      const std::string value = is_flag(*o)     ? ""
                                : words.empty() ? ":value:_files"
                                                : fmt::format(":value:({})", fmt::join(words, " "));
      specs +=
          " " + shell_quoted("--" + o->get_lnames()[0] + "[" + zsh_text(o->get_description()) + "]" + value);
    }
    const auto words = argument_words(*c);
    specs += " " + shell_quoted(words.empty() ? "*:argument:_files"
                                              : fmt::format("*:argument:({})", fmt::join(words, " ")));
    cases += fmt::format("  {}) _arguments{} ;;\n", c->get_name(), specs);
  }
  return "#compdef mote\n# Completion of mote for zsh.\nlocal -a commands\ncommands=(\n" + commands +
         ")\nif ((CURRENT == 2)); then\n  _describe command commands\n  return\nfi\nlocal "
         "name=${words[2]}\nshift words\n((CURRENT--))\n"
         "case $name in\n" +
         cases + "esac\n";
}

std::string fish_completion(const CLI::App &app) {
  std::string text = "# Completion of mote for fish.\n";
  for (const CLI::App *c : commands_of(app))
    text += fmt::format("complete -c mote -n __fish_use_subcommand -f -a {} -d {}\n", c->get_name(),
                        fish_quoted(c->get_description()));
  for (const CLI::App *c : commands_of(app)) {
    const std::string when =
        fmt::format("complete -c mote -n '__fish_seen_subcommand_from {}'", c->get_name());
    if (const auto words = argument_words(*c); !words.empty())
      text += fmt::format("{} -f -a {}\n", when, fish_quoted(fmt::format("{}", fmt::join(words, " "))));
    for (const CLI::Option *o : named_options(*c)) {
      const auto words = choices_of(*o);
      const std::string value = is_flag(*o) ? ""
                                : words.empty()
                                    ? " -r"
                                    : " -x -a " + fish_quoted(fmt::format("{}", fmt::join(words, " ")));
      text += fmt::format("{} -l {}{} -d {}\n", when, o->get_lnames()[0], value,
                          fish_quoted(o->get_description()));
    }
  }
  return text;
}

}  // namespace mote::cli
