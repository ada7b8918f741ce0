// mote data: what recordings hold and what is wrong with them. It exits with 1 exactly where `mote train`
// would refuse them.
//
// Findings are made by src/data; here they are put in order and shown.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "cli.h"
#include "mote/error.h"
#include "mote/recordings.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

bool has_error(const std::vector<Finding> &findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding &f) { return f.severity == Severity::kError; });
}

// What `mote train` would refuse in these recordings is an error here too, and nothing else is.
void add_verdict(const Recordings &recordings, const Project &project, std::vector<Finding> &findings) {
  if (recordings.items.empty()) {
    if (!has_error(findings))
      findings.push_back({Severity::kError, project.data_path, "holds no complete recording"});
    return;
  }
  try {
    recordings.split(project.split);
  } catch (const Error &e) {
    if (!has_error(findings))
      findings.push_back(
          {Severity::kError, e.where(), e.message() + (e.hint().empty() ? "" : "; " + e.hint())});
  }
}

}  // namespace

void add_data(CLI::App &app) {
  struct Options : Common {
    std::string folder;
    bool lint_only = false;
    std::vector<std::string> assignments;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("data", "what the recordings hold, and what is wrong with them");
  c->add_option("DIR", o->folder, "a project (default: this folder), or any folder of recordings");
  c->add_flag("--lint", o->lint_only, "findings only; exit 1 if one is an error");
  add_set_option(c, o->assignments);
  describe(c, *o, "mote data my_project");
  c->callback([o] {
    const std::string folder = o->folder.empty() ? "." : o->folder;
    const bool is_project = std::filesystem::exists(std::filesystem::path(folder) / "mote.toml");
    if (!is_project && o->folder.empty())
      throw Error(ErrorCode::kNotFound, folder, "is no project (there is no mote.toml)",
                  "`mote init DIR --from FOLDER` makes one for your files; `mote data FOLDER` looks at them");
    std::optional<Project> project;
    if (is_project)
      project = read_project(folder, o->assignments);
    else if (!o->assignments.empty())
      throw Error(ErrorCode::kNotFound, folder, "--set is of a project, and this folder has no mote.toml");
    const std::string path = project ? project->data_path : folder;
    const Recordings recordings = load_recordings(path, project ? project->load : LoadOptions{}, true);
    std::vector<Finding> findings = recordings.findings;
    for (const Finding &f : lint(recordings)) findings.push_back(f);
    if (recordings.items.empty() && findings.empty())
      findings.push_back({Severity::kError, path, "holds no recordings"});
    if (project)
      for (const Finding &f : split_findings(recordings, project->split)) findings.push_back(f);
    if (project) add_verdict(recordings, *project, findings);
    std::string text;
    if (o->lint_only)
      for (const Finding &f : findings) text += f.where + ": " + f.message + "\n";
    else
      text = recordings_text(recordings, findings);
    if (!text.empty() && text.back() == '\n') text.pop_back();
    result(*o, recordings_json(recordings, findings), text);
    if (has_error(findings))
      throw Error(ErrorCode::kDataFormat, path, "has errors, listed above",
                  "`mote train` will refuse it until they are mended");
  });
}

}  // namespace mote::cli
