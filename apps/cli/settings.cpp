// mote settings: the table of settings as the reference has it, or as JSON for programs that make forms of
// it.
#include "mote/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli.h"
#include "mote/error.h"

namespace mote::cli {

void add_streaming_option(CLI::App *command, std::optional<bool> &is_streaming) {
  command->add_flag_function(
      "--streaming,!--no-streaming", [&is_streaming](std::int64_t sign) { is_streaming = sign > 0; },
      "push() computes of layers over time only what no window before had, or is refused with the "
      "reason; default: as model.streaming has it");
}

void add_emulate_options(CLI::App *command, bool &is_emulated, std::string &core) {
  auto *flag = command->add_flag(
      "--emulate", is_emulated,
      "also the exported C on an emulated core, fed row by row: fails where push() does not answer the same");
  command->add_option("--core", core, "of --emulate; default: that of the project's target, or cortex-m4")
      ->needs(flag);
}

void add_set_option(CLI::App *command, std::vector<std::string> &assignments) {
  command->add_option("--set", assignments, "KEY=VALUE instead of what mote.toml says: --set train.batch=32")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void check_assignments(const std::vector<std::string> &assignments,
                       const std::vector<std::string> &sections) {
  for (const std::string &assignment : assignments) {
    const std::string section = assignment.substr(0, assignment.find_first_of(".="));
    if (std::find(sections.begin(), sections.end(), section) == sections.end())
      throw Error(ErrorCode::kInvalidArgument, "--set " + assignment,
                  "this command does not ask for it; a run keeps what it was made with",
                  fmt::format("here go settings of {}", fmt::join(sections, ", ")));
  }
}

CLI::Validator range_of(const std::string &name) {
  const Setting &s = setting(name);
  if (s.kind == SettingKind::kInteger) return CLI::Range(s.low.get<int64_t>(), s.high.get<int64_t>());
  return CLI::Range(s.low.get<double>(), s.high.get<double>());
}

void add_settings(CLI::App &app) {
  auto o = std::make_shared<Common>();
  CLI::App *c = app.add_subcommand("settings", "the table of settings, as docs/reference/settings.md has it");
  c->group("");  // for documents and programs
  describe(c, *o, "mote settings --json");
  c->callback([o] {
    std::string table = settings_markdown();
    table.pop_back();
    result(*o, settings_schema(), table);
  });
}

}  // namespace mote::cli
