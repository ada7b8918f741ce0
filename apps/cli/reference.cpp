// mote reference PAGE: the pages of docs/reference, from the same definitions that the program works with, so
// that a page cannot say what is not so. A test compares them (tests/cli/reference_test.cpp), ./dev docs
// writes them.
//
// Blocks of features are not here: docs/features.md has them between its text (`mote features --markdown`).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "cli.h"
#include "command_texts.h"
#include "mote/device.h"
#include "mote/features.h"
#include "mote/files.h"
#include "mote/layer.h"
#include "mote/presets.h"
#include "mote/settings.h"

namespace mote::cli {

namespace {

// As a cell of a table may hold it, outside code.
std::string cell(const std::string &text) {
  std::string out;
  bool is_code = false;
  for (const char c : text) {
    if (c == '`') is_code = !is_code;
    if (c == '<' && !is_code) {
      out += "&lt;";
      continue;
    }
    if (c == '|' || (!is_code && c == '*')) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code_or_nothing(const std::string &text) {
  return text.empty() ? "" : fmt::format("`{}`", cell(text));
}

// "docs/streams.md" as a page of docs/reference names it.
std::string link_to(const std::string &page) {
  const std::string name = page.starts_with("docs/") ? page.substr(5) : page;
  return fmt::format("[{}](../{})", name, name);
}

std::string option_row(const CLI::Option &o) {
  const std::string type = o.get_type_name();
  std::string value, range;
  if (const auto choices = choices_of(o); !choices.empty())
    range = fmt::format("`{}`", fmt::join(choices, "`, `"));
  else if (const size_t in = type.find(" in ["); in != std::string::npos)
    range = type.substr(in + 5, type.size() - in - 6);
  if (const size_t dash = range.find(" - "); dash != std::string::npos) range.replace(dash, 3, " .. ");
  const bool is_named = !o.get_lnames().empty() || !o.get_snames().empty();
  if (is_named && !is_flag(o)) value = " " + type.substr(0, type.find(':'));
  return fmt::format("| `{}{}` | {} | {} | {} |\n", cell(o.get_name(!is_named, is_named)), cell(value),
                     code_or_nothing(o.get_default_str()), cell(range), cell(o.get_description()));
}

std::string command_section(const CLI::App &command) {
  std::string usage = "mote " + command.get_name() + " [OPTIONS]", rows;
  for (const CLI::Option *o : command.get_options()) {
    if (o->get_group().empty()) continue;
    rows += option_row(*o);
    if (!o->get_positional() || !o->get_lnames().empty()) continue;
    const std::string name = o->get_name(true, false);
    usage += o->get_required() ? " " + name : " [" + name + "]";
  }
  const std::string footer = command.get_footer();
  const size_t more = footer.find("\n\nMore: ");
  std::string does = cell(command.get_description());
  does[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(does[0])));
  std::string text = fmt::format("## mote {}\n\n{}.\n\n    {}\n\n", command.get_name(), does, usage);
  text += "| argument | default | range | meaning |\n|---|---|---|---|\n" + rows;
  const std::string example = footer.substr(0, more);
  if (const size_t line = example.find('\n'); line != std::string::npos)
    text += fmt::format("\n{}\n\n    {}\n", example.substr(0, line),
                        std::string(CLI::detail::trim_copy(example.substr(line + 1))));
  if (more != std::string::npos) text += fmt::format("\nMore: {}\n", link_to(footer.substr(more + 8)));
  return text;
}

std::string commands_page(const CLI::App &app) {
  std::string text =
      "# Commands\n\n`mote COMMAND --help` says the same in a terminal, and so do the man pages. Every "
      "command with "
      "`--json` prints one JSON\ndocument on standard output and its messages on standard error. Exit "
      "status: 0 "
      "done, 1 failed, with a sentence on\nstandard error, 2 wrong usage.\n\n| command | what it does "
      "|\n|---|---|\n";
  for (const CLI::App *c : commands_of(app))
    text += fmt::format("| [`{0}`](#mote-{0}) | {1} |\n", c->get_name(), cell(c->get_description()));
  for (const CLI::App *c : commands_of(app)) text += "\n" + command_section(*c);
  return text;
}

std::string settings_page() {
  return "# Settings\n\nWhat `mote.toml` may say, and `--set KEY=VALUE` of every command that reads a "
         "project for "
         "once. A key with brackets is a\ntable: what it does is done if it is there. Where no default is in "
         "code, the "
         "words say what holds. `mote settings --json`\nprints the same for programs; [the "
         "guide](../guide.md#3-configuration) "
         "explains.\n\n" +
         settings_markdown();
}

const char *type_of(const AttrSpec &spec) {
  constexpr const char *kNames[] = {"integer", "number", "text", "integers"};
  return spec.choices.empty() ? kNames[spec.fallback.index()] : "choice";
}

std::string range_of(const AttrSpec &spec) {
  if (!spec.choices.empty()) return fmt::format("`{}`", fmt::join(spec.choices, "`, `"));
  const bool has_low = spec.low > -1e300, has_high = spec.high < 1e300;
  if (has_low && has_high) return fmt::format("{:.15g} .. {:.15g}", spec.low, spec.high);
  if (has_low) return fmt::format("from {:.15g}", spec.low);
  return has_high ? fmt::format("to {:.15g}", spec.high) : "";
}

// A fallback outside the range is no default: the setting must be given.
bool must_be_given(const AttrSpec &spec) {
  const auto is_outside = [&](double v) { return v < spec.low || v > spec.high; };
  if (const auto *i = std::get_if<int64_t>(&spec.fallback)) return is_outside(static_cast<double>(*i));
  if (const auto *x = std::get_if<double>(&spec.fallback)) return is_outside(*x);
  if (const auto *list = std::get_if<std::vector<int64_t>>(&spec.fallback))
    return std::any_of(list->begin(), list->end(),
                       [&](int64_t v) { return is_outside(static_cast<double>(v)); });
  return false;
}

std::string layers_page() {
  std::string text =
      "# Layers\n\nThe layers of `model.layers` in `mote.toml`, and of `mote::sequential()` as structs of "
      "these names. "
      "Keras' names of layers and\nsettings are taken too. [layers.md](../layers.md) has an example of "
      "each.\n";
  for (const LayerDef *layer : all_layers()) {
    text += fmt::format("\n## {}\n\n`{{ type = \"{}\" }}`", layer->display, layer->type);
    if (!layer->aliases.empty()) text += fmt::format(", also `{}`", fmt::join(layer->aliases, "`, `"));
    if (layer->merge) text += "; of several inputs (`from = [...]`)";
    text += ".\n";
    if (layer->attrs.empty()) continue;
    text += "\n| setting | type | default | range | meaning |\n|---|---|---|---|---|\n";
    for (const AttrSpec &spec : layer->attrs)
      text +=
          fmt::format("| `{}` | {} | {} | {} | {} |\n", spec.name, type_of(spec),
                      must_be_given(spec) ? "must be given" : code_or_nothing(setting_text(spec.fallback)),
                      range_of(spec), cell(spec.doc));
  }
  text += "\n## Presets\n\nWhole networks, `model.preset`:\n\n";
  for (const std::string &line : CLI::detail::split(preset_table(), '\n'))
    text += line.empty() ? "" : "    " + line + "\n";
  return text;
}

std::string boards_page() {
  std::string text =
      "# Boards\n\nTargets of `mote profile --target` and `[target] board`. Boards of your own come from a "
      "file "
      "([on the chip](../device.md#before-flashing)).\nEmulated: `--emulate` runs the exported C on that "
      "core.\n\n"
      "| name | board | core | MHz | RAM, KB | flash, KB | active power, mW | emulated | source |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  for (const Board &b : known_boards())
    text += fmt::format("| `{}` | {} | {} | {:g} | {} | {} | {} | {} | {}{} |\n", b.name, cell(b.title),
                        b.core, b.mhz, b.ram_bytes / 1024, b.flash_bytes / 1024,
                        b.power_mw ? fmt::format("{:g}", *b.power_mw) : "",
                        emulated_core(b).empty() ? "no" : "yes", cell(b.source),
                        b.power_source.empty() ? "" : "; power: " + cell(b.power_source));
  return text;
}

std::string operators_page() {
  std::vector<std::string> read, absent;
  std::string refused;
  const std::vector<TfliteOperator> all = tflite_operators();
  for (const TfliteOperator &op : all) {
    const std::string name = fmt::format("`{}`", op.name);
    if (op.is_read)
      read.push_back(name);
    else if (op.reason == fmt::format("is {}, which mote does not have", op.name))
      absent.push_back(name);
    else
      refused += fmt::format("| {} | {} | {} |\n", name, cell(op.reason), cell(op.hint));
  }
  return fmt::format(
      "# Operators of `.tflite`\n\nOf {} builtin operators mote reads {}, int8 (or int16) throughout. What "
      "else a file "
      "must be: [formats](../formats.md#tflite).\n`mote summary FILE` says all reasons why one does not "
      "run.\n\n"
      "## Read\n\n{}.\n\n## Refused\n\nWith a reason and a remedy of their own:\n\n"
      "| operator | why | what helps |\n|---|---|---|\n{}\n"
      "Not there; a refusal says which other operators would do, or where to cut the model:\n{}.\n\n"
      "Custom operators are refused by their name.\n",
      all.size(), read.size(), fmt::join(read, ", "), refused, fmt::join(absent, ", "));
}

}  // namespace

void add_reference(CLI::App &app) {
  struct Options {
    std::string page;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("reference", "a page of docs/reference, as Markdown");
  c->group("");  // for documents
  c->add_option("PAGE", o->page, "which")
      ->required()
      ->check(CLI::IsMember({"commands", "settings", "layers", "boards", "operators"}));
  c->callback([o, &app] {
    const std::string text = o->page == "commands"   ? commands_page(app)
                             : o->page == "settings" ? settings_page()
                             : o->page == "layers"   ? layers_page()
                             : o->page == "boards"   ? boards_page()
                                                     : operators_page();
    std::fwrite(text.data(), 1, text.size(), stdout);
  });
}

}  // namespace mote::cli
