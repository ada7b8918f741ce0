// mote init: a new project from a template, or a proposal for files that are there. Writes all of it or
// nothing, and never over a mote.toml.
#include <fmt/format.h>

#include <filesystem>

#include "base/escape.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "cli.h"
#include "mote/error.h"
#include "mote/project.h"

namespace mote::cli {

void add_init(CLI::App &app) {
  struct Options : Common {
    std::string folder, name = "gesture";
    std::vector<std::string> from;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("init", "make a new project: mote.toml and a data folder");
  c->add_option("DIR", o->folder, "folder of the project")->required();
  c->add_option("--template", o->name, fmt::format("one of {}", fmt::join(project_templates(), ", ")))
      ->capture_default_str();
  c->add_option("--from", o->from,
                "files and folders as they are: proposes a mote.toml for them, with reasons; copies nothing")
      ->excludes("--template");
  describe(c, *o, "mote init wave --template gesture");
  c->callback([o] {
    const fs::path file = fs::path(o->folder) / "mote.toml";
    if (fs::exists(file))
      throw Error(ErrorCode::kIo, file.string(), "exists already", "edit it, or choose another folder");
    const std::string name = name_of_path(o->folder);
    if (!o->from.empty()) {
      const Proposal p = propose_project(o->from, name);
      StagedFolder staged(o->folder);
      staged.write("mote.toml", p.toml);
      staged.write(".gitignore", "runs/\n");
      staged.commit();
      std::string text = fmt::format("Made {}; the files stay in {}.\n", file.string(), p.data_path);
      for (const std::string &d : p.decisions) text += fmt::format("  {}\n", d);
      for (const std::string &q : p.questions) text += fmt::format("  QUESTION: {}\n", q);
      return result(
          *o,
          {{"project", o->folder},
           {"path", p.data_path},
           {"recordings", p.recordings},
           {"classes", p.labels},
           {"channels", p.channels},
           {"rate_hz", p.rate_hz},
           {"window", p.load.window},
           {"decisions", p.decisions},
           {"questions", p.questions}},
          text + fmt::format("Look with `mote data {0}`, then `mote train {0}`.", shell_path(o->folder)));
    }
    StagedFolder staged(o->folder);
    for (const auto &[path, text] : project_files(o->name, name)) staged.write(path, text);
    staged.commit();
    result(*o, {{"project", o->folder}, {"template", o->name}},
           fmt::format(
               "Made {}. Put recordings into {}, then run `mote data {}`. {} records with an Arduino Nano "
               "33 BLE Sense.",
               file.string(), (fs::path(o->folder) / "data").string(), shell_path(o->folder),
               (fs::path(o->folder) / "capture/capture.ino").string()));
  });
}

}  // namespace mote::cli
