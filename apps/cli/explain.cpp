#include <fmt/format.h>

#include "cli.h"
#include "mote/project.h"
#include "mote/report.h"

namespace mote::cli {

void add_explain(CLI::App &app) {
  struct Options : Common {
    std::string run;
    bool is_quick = false;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand(
      "explain", "where and why the int8 model differs from the float model, and what helps");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_flag("--no-remedies", o->is_quick, "only look; try no other settings");
  describe(c, *o, "mote explain");
  c->callback([o] {
    const RunFolder run = find_run(o->run);
    const Explanation e = explain_run(run, !o->is_quick);
    nlohmann::json json = explanation_json(e);
    json["run"] = run.path, json["picture"] = run.path + "/explain.png";
    result(*o, json, fmt::format("{}\nWrote {}/explain.png and explain.json", explanation_text(e), run.path));
  });
}

}  // namespace mote::cli
