// mote boards: the targets and their sources, as a table or JSON. The figures are src/device's; boards of
// a user's own come from a file.
#include <fmt/format.h>

#include "base/text.h"
#include "cli.h"
#include "mote/device.h"

namespace mote::cli {

void add_boards(CLI::App &app) {
  struct Options : Common {
    std::string file;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c =
      app.add_subcommand("boards", "the targets that mote knows, and where their figures come from");
  c->add_option(
      "--boards", o->file,
      "a TOML file with boards of your own: [[board]] with name, core, mhz, ram_kb, flash_kb; optional "
      "title, power_mw, source, power_source");
  describe(c, *o, "mote boards --boards mine.toml");
  c->callback([o] {
    const std::vector<Board> boards = boards_with(o->file);
    nlohmann::json list = nlohmann::json::array();
    std::string text = fmt::format("{:<16} {:<14} {:>5} {:>9} {:>9} {:>6}\n", "name", "core", "MHz", "RAM KB",
                                   "flash KB", "mW");
    for (const Board &b : boards) {
      nlohmann::json j = {{"name", b.name},           {"title", b.title},
                          {"core", b.core},           {"mhz", b.mhz},
                          {"ram_bytes", b.ram_bytes}, {"flash_bytes", b.flash_bytes},
                          {"source", b.source},       {"can_emulate", !emulated_core(b).empty()}};
      if (b.power_mw) {
        j["power_mw"] = *b.power_mw;
        j["power_source"] = b.power_source;
      }
      if (!b.measurements.empty()) j["measured"] = measured_models(b.measurements);
      list.push_back(std::move(j));
      text +=
          fmt::format("{:<16} {:<14} {:>5g} {:>9} {:>9} {:>6}\n", b.name, b.core, b.mhz, b.ram_bytes / 1024,
                      b.flash_bytes / 1024, b.power_mw ? fmt::format("{:g}", *b.power_mw) : "-");
      text += fmt::format("  {}{}{}\n", b.title.empty() || b.title == b.name ? "" : b.title + "; ",
                          b.source.empty() ? "no source" : b.source,
                          b.power_source.empty() ? "" : "; power: " + b.power_source);
      if (!b.measurements.empty())
        text += fmt::format("  timed on it: {}\n", fmt::join(measured_models(b.measurements), ", "));
    }
    text.pop_back();
    result(*o, list, text);
  });
}

}  // namespace mote::cli
