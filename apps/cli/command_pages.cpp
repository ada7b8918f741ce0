// Which part of the way from recordings to the chip a command is of, and the page that says more: headings
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
#define PAGE(command, group, page) \
  CommandPage { #command, group, page }
constexpr CommandPage kPages[] = {PAGE(init, kRecordings, "docs/tutorial.md"),
                                  PAGE(synth, kRecordings, "docs/examples.md"),
                                  PAGE(collect, kRecordings, "docs/collect.md"),
                                  PAGE(data, kRecordings, "docs/data-check.md"),
                                  PAGE(features, kRecordings, "docs/features.md"),
                                  PAGE(train, kModel, "docs/guide.md"),
                                  PAGE(import, kModel, "docs/streams.md"),
                                  PAGE(evaluate, kModel, "docs/guide.md"),
                                  PAGE(predict, kModel, "docs/guide.md"),
                                  PAGE(summary, kModel, "docs/layers.md"),
                                  PAGE(run, kModel, "docs/formats.md"),
                                  PAGE(quantize, kInt8, "docs/int8.md"),
                                  PAGE(explain, kInt8, "docs/howto/int8-is-worse.md"),
                                  PAGE(compress, kInt8, "docs/compression.md"),
                                  PAGE(export, kChip, "docs/device.md"),
                                  PAGE(profile, kChip, "docs/device.md"),
                                  PAGE(boards, kChip, "docs/reference/boards.md"),
                                  PAGE(report, kRuns, "docs/report.md"),
                                  PAGE(runs, kRuns, "docs/portfolio.md"),
                                  PAGE(note, kRuns, "docs/portfolio.md"),
                                  PAGE(tag, kRuns, "docs/portfolio.md"),
                                  PAGE(compare, kRuns, "docs/portfolio.md"),
                                  PAGE(reproduce, kRuns, "docs/portfolio.md"),
                                  PAGE(verify, kRuns, "docs/portfolio.md"),
                                  PAGE(help, kMore, "docs/index.md")};
#undef PAGE

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
