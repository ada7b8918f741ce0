// mote report: writes what the records say, as a page, as Markdown or as one JSON document, and says where:
// of a run, of runs beside each other, of all runs of a project.
//
// The documents: workflow/report.cpp, portfolio/comparison_page.cpp, portfolio/portfolio_page.cpp.
#include <fmt/format.h>

#include "cli.h"
#include "mote/error.h"
#include "mote/portfolio.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

struct ReportArguments : Common {
  std::vector<std::string> runs;
  std::string format = "html", output;
  bool is_portfolio = false;
};

void tell(const ReportArguments &o, const std::string &file, const std::vector<std::string> &notes = {}) {
  result(o, {{"report", file}, {"format", o.format}, {"notes", notes}}, fmt::format("Wrote {}.", file));
}

void report_portfolio(const ReportArguments &o) {
  if (o.runs.size() > 1)
    throw Error(ErrorCode::kInvalidArgument, "--portfolio", "is of one project, and there are several names",
                "give the project's folder, or nothing for the one here");
  if (o.format == "json")
    throw Error(ErrorCode::kInvalidArgument, "--format json", "is not for --portfolio",
                "`mote runs --json` has all runs");
  tell(o, write_portfolio(o.runs.empty() ? "." : o.runs[0], o.format, o.output));
}

void report_comparison(const ReportArguments &o) {
  std::vector<RunFolder> folders;
  for (const std::string &run : o.runs) folders.push_back(find_run(run));
  tell(o, write_comparison(folders, o.format, o.output));
}

void report_run(const ReportArguments &o) {
  const WrittenReport written = write_report(Run::open(o.runs.empty() ? "" : o.runs[0]), o.format, o.output);
  tell(o, written.path, written.notes);
}

}  // namespace

void add_report(CLI::App &app) {
  auto o = std::make_shared<ReportArguments>();
  CLI::App *c = app.add_subcommand("report",
                                   "one self-contained HTML page about a run, runs beside each other, or all "
                                   "runs; also Markdown and JSON");
  c->add_option(
      "RUN", o->runs,
      "a run, or a project for its newest run; default: the newest run here; several runs: each beside the "
      "first; with --portfolio the project");
  c->add_flag("--portfolio", o->is_portfolio,
              "a page of all runs of the project, which leads to their reports");
  c->add_option("--format", o->format,
                "html; md: the same in Markdown, without pictures; json: all records in one")
      ->capture_default_str()
      ->check(CLI::IsMember({"html", "md", "json"}));
  c->add_option(
      "--output", o->output,
      "a file; default: report.html, .md or .json in the run; of several runs comparison.html, with "
      "--portfolio portfolio.html in the project");
  describe(c, *o, "mote report");
  c->callback([o] {
    if (o->is_portfolio)
      report_portfolio(*o);
    else if (o->runs.size() > 1)
      report_comparison(*o);
    else
      report_run(*o);
  });
}

}  // namespace mote::cli
