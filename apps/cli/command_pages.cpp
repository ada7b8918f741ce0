// Which part of the road from recordings to the chip a command is of, and the page that says more: headings
// of `mote --help`, and the last line of a command's help.
#include <fmt/format.h>

#include "cli.h"

namespace mote::cli {

namespace {

struct CommandPage {
  const char *command, *group, *page;
};
constexpr const char *kRecordings = "Recordings", *kModel = "A model", *kInt8 = "Int8, and smaller",
                     *kChip = "The chip", *kRuns = "Runs", *kMore = "More";
constexpr CommandPage kPages[] = {{"init", kRecordings, "docs/tutorial.md"},
                                  {"synth", kRecordings, "docs/examples.md"},
                                  {"collect", kRecordings, "docs/collect.md"},
                                  {"data", kRecordings, "docs/data-check.md"},
                                  {"features", kRecordings, "docs/features.md"},
                                  {"train", kModel, "docs/guide.md"},
                                  {"evaluate", kModel, "docs/streams.md"},
                                  {"predict", kModel, "docs/guide.md"},
                                  {"summary", kModel, "docs/layers.md"},
                                  {"run", kModel, "docs/formats.md"},
                                  {"quantize", kInt8, "docs/guide.md"},
                                  {"explain", kInt8, "docs/guide.md"},
                                  {"compress", kInt8, "docs/compression.md"},
                                  {"export", kChip, "docs/device.md"},
                                  {"profile", kChip, "docs/device.md"},
                                  {"boards", kChip, "docs/device.md"},
                                  {"report", kRuns, "docs/guide.md"},
                                  {"runs", kRuns, "docs/portfolio.md"},
                                  {"note", kRuns, "docs/portfolio.md"},
                                  {"tag", kRuns, "docs/portfolio.md"},
                                  {"compare", kRuns, "docs/portfolio.md"},
                                  {"reproduce", kRuns, "docs/portfolio.md"},
                                  {"verify", kRuns, "docs/portfolio.md"},
                                  {"help", kMore, "docs/index.md"}};

}  // namespace

void group_commands(CLI::App &app) {
  for (CLI::App *command : app.get_subcommands([](CLI::App *) { return true; }))
    for (const CommandPage &p : kPages) {
      if (command->get_name() != p.command) continue;
      command->group(p.group);
      command->footer(fmt::format("{}\n\nMore: {}", command->get_footer(), p.page));
    }
}

}  // namespace mote::cli
