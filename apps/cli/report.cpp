// mote report: writes what a run's records say, as a page, as Markdown or as one JSON document, and says
// where. The document: workflow/report.cpp, report/html.h.
#include <fmt/format.h>

#include "cli.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_report(CLI::App &app) {
  struct Options : Common {
    std::string run, format = "html", output;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c =
      app.add_subcommand("report", "one self-contained HTML page about a run; also Markdown and JSON");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--format", o->format,
                "html; md: the same in Markdown, without pictures; json: all records in one")
      ->capture_default_str()
      ->check(CLI::IsMember({"html", "md", "json"}));
  c->add_option("--output", o->output, "a file; default: report.html, .md or .json in the run");
  describe(c, *o, "mote report");
  c->callback([o] {
    const WrittenReport written = write_report(Run::open(o->run), o->format, o->output);
    result(*o, {{"report", written.path}, {"format", o->format}, {"notes", written.notes}},
           fmt::format("Wrote {}.", written.path));
  });
}

}  // namespace mote::cli
