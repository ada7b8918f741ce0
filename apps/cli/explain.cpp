// mote explain: options and sentences around workflow/explain.h. The int8 model stays as it was made;
// --set reaches only what remedies train with.
#include <fmt/format.h>

#include "cli.h"
#include "judged_on.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_explain(CLI::App &app) {
  struct Options : Common {
    std::string run;
    std::vector<std::string> assignments;
    bool is_quick = false;
    JudgedOn on;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand(
      "explain", "where and why the int8 model differs from the float model, and what helps");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_flag("--no-remedies", o->is_quick, "only look; try no other settings");
  add_judged_on(*c, o->on);
  add_set_option(c, o->assignments);
  describe(c, *o, "mote explain");
  c->callback([o] {
    check_assignments(o->assignments, {"train"});  // the int8 model is as it was made
    RunFolder folder = find_run(o->run);
    folder.assignments = o->assignments;
    const Run run(folder);
    const ExplainedRun e = explain_run(run, !o->is_quick, o->on);
    warn(e.notes);
    nlohmann::json json = e.record;
    json["run"] = run.path();
    json["picture"] = run.path() + "/explain.png";
    result(*o, json,
           fmt::format("{}\nWrote {}/explain.png and explain.json", explanation_text(e.explanation),
                       run.path()));
  });
}

}  // namespace mote::cli
