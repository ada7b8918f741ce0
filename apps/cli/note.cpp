// mote note: a sentence about a run, kept in its folder; or those that were kept.
//
// The files: portfolio/marks.cpp.
#include <fmt/format.h>

#include <iterator>

#include <iostream>

#include "cli.h"
#include "mote/portfolio.h"

namespace mote::cli {

void add_note(CLI::App &app) {
  struct Options : Common {
    std::string run;
    std::vector<std::string> words;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("note", "write down what is to be remembered about a run");
  c->add_option("RUN", o->run, "a run, or a project for its newest run")->required();
  c->add_option("TEXT", o->words, "the note; '-': from standard input; without: what was noted before");
  describe(c, *o, "mote note runs/20261122-134000-wave \"the one that went to the customer\"");
  c->callback([o] {
    const RunFolder run = find_run(o->run);
    std::string text = fmt::format("{}", fmt::join(o->words, " "));
    if (text == "-") text = {std::istreambuf_iterator<char>(std::cin), {}};
    if (!o->words.empty()) mote::add_note(run, text);
    const std::vector<std::string> notes = run_notes(run);
    const std::string all = notes.empty() ? run.path + " has no notes; `mote note RUN TEXT` writes one."
                                          : fmt::format("{}", fmt::join(notes, "\n"));
    result(*o, {{"run", run.path}, {"notes", notes}},
           o->words.empty() ? all : fmt::format("Noted in {}/notes.md.", run.path));
  });
}

}  // namespace mote::cli
