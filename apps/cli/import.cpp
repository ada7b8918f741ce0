// mote import: a run of a model that others trained.
//
// The work is workflow/import.cpp.
#include <fmt/format.h>

#include "cli.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_import(CLI::App &app) {
  struct Options : Common {
    std::string project = ".";
    std::vector<std::string> assignments;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand(
      "import", "a run of an int8 .tflite that others trained, with the front end that mote.toml says");
  c->add_option("PROJECT", o->project,
                "a folder whose mote.toml has model.tflite, data.window, data.rate_hz, data.labels, features "
                "and decision")
      ->capture_default_str();
  add_set_option(c, o->assignments);
  describe(c, *o, "mote import wakeword");
  c->callback([o] {
    const ImportedRun made = import_run(read_project(o->project, o->assignments));
    warn(made.notes);
    const char *how = made.program.front_end.decision.is_set()
                          ? "`mote evaluate --stream` judges it on long recordings"
                          : "`mote evaluate --data` judges it on labelled ones";
    result(*o, {{"run", made.folder.path}, {"program", program_json(made.program)}, {"notes", made.notes}},
           fmt::format("{}\nWrote {}. {}, `mote export` gives its C.", program_text(made.program),
                       made.folder.path, how));
  });
}

}  // namespace mote::cli
