// mote report: writes the page of a run and says where. The page: workflow/report.cpp, report/html.cpp.
#include <fmt/format.h>

#include "cli.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_report(CLI::App &app) {
  struct Options : Common {
    std::string run;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("report", "one self-contained HTML page about a run");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  describe(c, *o, "mote report");
  c->callback([o] {
    const std::string page = write_report(Run::open(o->run));
    result(*o, {{"report", page}}, fmt::format("Wrote {}.", page));
  });
}

}  // namespace mote::cli
