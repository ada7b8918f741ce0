// mote compare: what differs between runs, and what it brought; a picture on request.
//
// The work is portfolio/compare.cpp.
#include <fmt/format.h>

#include "base/files.h"
#include "cli.h"
#include "mote/error.h"
#include "mote/portfolio.h"

namespace mote::cli {

void add_compare(CLI::App &app) {
  struct Options : Common {
    std::vector<std::string> runs;
    std::string picture;
    size_t windows = 10;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("compare", "what differs between runs, and what it brought");
  c->add_option("RUN", o->runs, "two runs or more; each is tested against the first")->required();
  c->add_option("--windows", o->windows, "windows to list that only one of two models answers rightly")
      ->capture_default_str();
  c->add_option("--picture", o->picture, "size against accuracy as .png or .svg");
  describe(c, *o, "mote compare runs/20261122-134000-wave runs/20261122-140000-wave --picture sizes.svg");
  c->callback([o] {
    std::vector<RunFolder> folders;
    for (const std::string &run : o->runs) folders.push_back(find_run(run));
    ComparedRuns compared = compare_runs(folders, o->windows);
    if (!o->picture.empty()) {
      if (!compared.picture)
        throw Error(ErrorCode::kNotFound, "--picture", "needs two runs with a size and a test score",
                    "run `mote evaluate` on them first");
      write_file(o->picture, picture_bytes(*compared.picture, o->picture));
      compared.text += fmt::format("Wrote {}.\n", o->picture);
    }
    compared.text.pop_back();
    result(*o, compared.record, compared.text);
  });
}

}  // namespace mote::cli
