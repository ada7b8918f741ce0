// mote data: what recordings hold and what is wrong with them. It exits with 1 exactly where `mote train`
// would refuse them.
//
// Findings are made by src/data; here they are put in order and shown.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "cli.h"
#include "mote/error.h"
#include "mote/recordings.h"
#include "mote/report.h"
#include "mote/train.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

bool has_error(const std::vector<Finding> &findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding &f) { return f.severity == Severity::kError; });
}

// What `mote train` would refuse in these recordings is an error here too, and nothing else is. `parts`: how
// it would divide them.
void add_verdict(const Recordings &recordings, const Project &project, Parts &parts,
                 std::vector<Finding> &findings) {
  if (recordings.items.empty()) {
    if (!has_error(findings))
      findings.push_back({Severity::kError, project.data_path, "holds no complete recording"});
    return;
  }
  try {
    const Splits splits = recordings.split(project.split);
    parts = splits.parts;
    if (project.train.features.empty()) return;
    const Model model = project.build_model(recordings);
    for (const std::string &sentence : training_warnings(model, splits, project.train))
      findings.push_back({Severity::kWarning, "mote train", sentence});
  } catch (const Error &e) {
    if (!has_error(findings))
      findings.push_back(
          {Severity::kError, e.where(), e.message() + (e.hint().empty() ? "" : "; " + e.hint())});
  }
}

struct DataOptions : Common {
  std::string folder, output;
  bool lint_only = false, has_features = false, has_preview = false;
  std::vector<std::string> assignments;
};

// Files that lie among the recordings would be read as such.
std::string folder_of_pictures(const DataOptions &o, bool is_project, const std::string &recordings) {
  namespace fs = std::filesystem;
  const fs::path project = is_project && !o.folder.empty() ? o.folder : ".";
  const fs::path folder = !o.output.empty() ? fs::path(o.output) : project / "preview";
  const fs::path below = fs::weakly_canonical(fs::absolute(folder))
                             .lexically_relative(fs::weakly_canonical(fs::absolute(recordings)));
  if (fs::is_directory(recordings) && !below.empty() && *below.begin() != "..")
    throw Error(ErrorCode::kInvalidArgument, folder.string(),
                "lies in the folder of the recordings, and would be read as one",
                "choose another with --output");
  return folder.lexically_normal().string();
}

// Pictures and sounds of the windows; `json` gets what they show.
std::string show_windows(const DataOptions &o, const Recordings &recordings,
                         const std::optional<Project> &project, const std::string &path,
                         nlohmann::json &json) {
  if (!o.has_features && !o.has_preview) return "";
  const std::string folder = folder_of_pictures(o, project.has_value(), path);
  const TrainOptions options = project ? project->train : TrainOptions{};
  std::string text;
  const auto add = [&](const char *key, const ShownWindows &shown) {
    json[key] = shown.record;
    text += "\n" + shown.text;
  };
  if (o.has_features) add("features", show_features(recordings, options, folder));
  if (o.has_preview)
    add("preview", preview_windows(project ? recordings.split(project->split).train : recordings.all(),
                                   options, folder));
  return text;
}

}  // namespace

void add_data(CLI::App &app) {
  auto o = std::make_shared<DataOptions>();
  CLI::App *c = app.add_subcommand("data", "what the recordings hold, and what is wrong with them");
  c->add_option("DIR", o->folder, "a project (default: this folder), or any folder of recordings");
  c->add_flag("--lint", o->lint_only, "findings only; exit 1 if one is an error");
  c->add_flag("--features", o->has_features,
              "pictures of each class, and a map of all windows with those that are far from their class");
  c->add_flag("--preview", o->has_preview,
              "a picture of windows of each class as they are cut and as they are augmented; of sounds WAV "
              "files, too");
  c->add_option("--output", o->output, "folder for these files (default: preview, in the project)");
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
    Parts parts(recordings.items.size(), 't');  // where there is no split, all are on one side
    if (project) add_verdict(recordings, *project, parts, findings);
    for (const Finding &f : lint_split(recordings, project ? project->split : SplitOptions{}, parts))
      findings.push_back(f);
    if (project)
      for (const Finding &f : choice_findings(*project)) findings.push_back(f);
    std::string text;
    if (o->lint_only)
      for (const Finding &f : findings)
        text += fmt::format("{}: {}{}{}\n", f.where, f.message, f.remedy.empty() ? "" : "; ", f.remedy);
    else
      text = recordings_text(recordings, findings);
    nlohmann::json json = recordings_json(recordings, findings);
    if (!has_error(findings))
      text += show_windows(*o, recordings, project, path, json);
    else if (o->has_features || o->has_preview)
      text += "Nothing was drawn: mend the errors first, or leave those files out (data.exclude).\n";
    if (!text.empty() && text.back() == '\n') text.pop_back();
    result(*o, json, text);
    if (has_error(findings))
      throw Error(ErrorCode::kDataFormat, path, "has errors, listed above",
                  "`mote train` will refuse it until they are mended");
  });
}

}  // namespace mote::cli
