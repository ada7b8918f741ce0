// Man pages of the commands, from their definitions. Source of the macros: man(7) of groff.
#include <fmt/format.h>

#include "base/version.h"
#include "command_texts.h"

namespace mote::cli {

std::vector<const CLI::App *> commands_of(const CLI::App &app) {
  return app.get_subcommands([](const CLI::App *command) { return !command->get_group().empty(); });
}

std::vector<std::string> choices_of(const CLI::Option &option) {
  const std::string type = option.get_type_name();  // "TEXT:{c,tflite}"
  const size_t open = type.find('{'), close = type.find('}');
  std::vector<std::string> words;
  if (open == std::string::npos || close == std::string::npos) return words;
  for (const std::string &word : CLI::detail::split(type.substr(open + 1, close - open - 1), ','))
    words.push_back(CLI::detail::trim_copy(word));
  return words;
}

bool is_flag(const CLI::Option &option) { return option.get_items_expected_max() == 0; }

namespace {

std::string escaped(const std::string &text) {
  std::string out;
  bool is_line_start = true;
  for (char c : text) {
    if (is_line_start && (c == '.' || c == '\'')) out += "\\&";
    is_line_start = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string upper(std::string text) {
  for (char &c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string head(const std::string &name, const std::string &summary) {
  return fmt::format(".TH {} 1 \"\" \"mote {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n",
                     upper(escaped(name)), kVersion, escaped(name), escaped(summary));
}

std::string options(const CLI::App &command) {
  std::string positional, named;
  for (const CLI::Option *o : command.get_options()) {
    if (o->get_group().empty()) continue;
    const bool is_named = !o->get_lnames().empty() || !o->get_snames().empty();
    std::string text = escaped(o->get_description());
    const std::string type = o->get_type_name();
    if (const auto choices = choices_of(*o); !choices.empty())
      text += escaped(fmt::format(" One of: {}.", fmt::join(choices, ", ")));
    else if (const size_t range = type.find(" in ["); range != std::string::npos)
      text += escaped(" From " + type.substr(range + 5, type.size() - range - 6) + ".");
    if (!o->get_default_str().empty()) text += escaped(" Default: " + o->get_default_str() + ".");
    if (is_named) {
      std::string value = is_flag(*o) ? "" : " \\fI" + escaped(type.substr(0, type.find(':'))) + "\\fR";
      named += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", escaped(o->get_name(false, true)), value, text);
    } else {
      positional += fmt::format(".TP\n\\fI{}\\fR\n{}\n", escaped(o->get_name(true, false)), text);
    }
  }
  return (positional.empty() ? "" : ".SH ARGUMENTS\n" + positional) + ".SH OPTIONS\n" + named;
}

// "Example:\n  mote ..." as a section.
std::string example(const std::string &whole) {
  const std::string footer = whole.substr(0, whole.find("\n\n"));  // without the page of the sources
  const size_t end = footer.find('\n');
  if (end == std::string::npos) return "";
  std::string title = footer.substr(0, end);
  if (title.ends_with(':')) title.pop_back();
  return fmt::format(".SH \"{}\"\n.nf\n{}\n.fi\n", upper(escaped(title)), escaped(footer.substr(end + 1)));
}

std::string exit_status() {
  return ".SH \"EXIT STATUS\"\n0: done; 1: failed, with a sentence on standard error; 2: wrong usage.\n";
}

}  // namespace

std::string man_page(const CLI::App &app) {
  std::string summary = app.get_description();
  if (const size_t colon = summary.find(": "); colon != std::string::npos)
    summary = summary.substr(colon + 2);
  std::string text = head("mote", summary);
  text += ".SH SYNOPSIS\n.B mote\n\\fICOMMAND\\fR [\\fIARGUMENTS\\fR]\n.SH COMMANDS\n";
  std::string also;
  for (const CLI::App *c : commands_of(app)) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(c->get_name()), escaped(c->get_description()));
    also += fmt::format("{}\n.BR mote\\-{} (1)", also.empty() ? "" : ",", escaped(c->get_name()));
  }
  return text + options(app) + example(app.get_footer()) + exit_status() + ".SH \"SEE ALSO\"" + also + "\n";
}

std::string man_page(const CLI::App &app, const CLI::App &command) {
  std::string synopsis =
      fmt::format(".SH SYNOPSIS\n.B mote {}\n[\\fIOPTIONS\\fR]", escaped(command.get_name()));
  for (const CLI::Option *o : command.get_options()) {
    if (!o->get_positional() || !o->get_lnames().empty()) continue;
    const std::string name = "\\fI" + escaped(o->get_name(true, false)) + "\\fR";
    synopsis += o->get_required() ? " " + name : " [" + name + "]";
  }
  return head("mote-" + command.get_name(), command.get_description()) + synopsis + "\n" + options(command) +
         example(command.get_footer()) + exit_status() + ".SH \"SEE ALSO\"\n.BR " + app.get_name() + " (1)\n";
}

}  // namespace mote::cli
