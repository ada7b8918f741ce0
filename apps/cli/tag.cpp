// mote tag: words by which runs are found again, and which keep them from being pruned.
//
// The files: portfolio/marks.cpp.
#include <fmt/format.h>

#include "cli.h"
#include "mote/portfolio.h"

namespace mote::cli {

void add_tag(CLI::App &app) {
  struct Options : Common {
    std::string run;
    std::vector<std::string> tags;
    bool is_removed = false;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("tag", "give a run words by which it is found again");
  c->add_option("RUN", o->run, "a run, or a project for its newest run")->required();
  auto *tags = c->add_option("TAG", o->tags, "words; without: those that it has");
  c->add_flag("--remove", o->is_removed, "take these words away")->needs(tags);
  describe(c, *o, "mote tag runs/20261122-134000-wave best customer-a");
  c->callback([o] {
    const RunFolder run = find_run(o->run);
    const std::vector<std::string> now = o->tags.empty() ? run_tags(run)
                                         : o->is_removed ? remove_tags(run, o->tags)
                                                         : add_tags(run, o->tags);
    result(*o, {{"run", run.path}, {"tags", now}},
           now.empty() ? run.path + " has no tags." : fmt::format("{}: {}", run.path, fmt::join(now, ", ")));
  });
}

}  // namespace mote::cli
