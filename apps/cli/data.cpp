#include <filesystem>

#include "cli.h"
#include "mote/error.h"
#include "mote/recordings.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_data(CLI::App &app) {
  struct Options : Common {
    std::string folder = ".";
    bool lint_only = false;
    std::vector<std::string> assignments;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("data", "what the recordings hold, and what is wrong with them");
  c->add_option("DIR", o->folder, "a project, or any folder of recordings")->capture_default_str();
  c->add_flag("--lint", o->lint_only, "findings only; exit 1 if one is an error");
  add_set_option(c, o->assignments);
  describe(c, *o, "mote data my_project");
  c->callback([o] {
    const bool is_project = std::filesystem::exists(std::filesystem::path(o->folder) / "mote.toml");
    std::string path = o->folder;
    LoadOptions load;
    if (is_project) {
      const Project project = read_project(o->folder, o->assignments);
      path = project.data_path, load = project.load;
    } else if (!o->assignments.empty()) {
      throw Error(ErrorCode::kNotFound, o->folder, "--set is of a project, and this folder has no mote.toml");
    }
    const Recordings recordings = load_recordings(path, load, true);
    std::vector<Finding> findings = recordings.findings;
    for (const Finding &f : lint(recordings)) findings.push_back(f);
    if (recordings.items.empty() && findings.empty())
      findings.push_back({Severity::kError, path, "holds no recordings"});
    std::string text;
    if (o->lint_only)
      for (const Finding &f : findings) text += f.where + ": " + f.message + "\n";
    else
      text = recordings_text(recordings, findings);
    if (!text.empty() && text.back() == '\n') text.pop_back();
    result(*o, recordings_json(recordings, findings), text);
    const bool has_error = std::any_of(findings.begin(), findings.end(),
                                       [](const Finding &f) { return f.severity == Severity::kError; });
    if (has_error)
      throw Error(ErrorCode::kDataFormat, path, "has errors, listed above",
                  "`mote train` will refuse it until they are mended");
  });
}

}  // namespace mote::cli
