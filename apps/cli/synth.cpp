// mote synth: recordings of a generator as CSV files, for trying things out; the result says that they
// are synthetic. The generator: workflow/synth.cpp.
#include <fmt/format.h>

#include "base/staged_folder.h"
#include "cli.h"
#include "mote/synth.h"

namespace mote::cli {

void add_synth(CLI::App &app) {
  struct Options : Common {
    std::string kind, output;
    SynthOptions synth;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("synth", "recordings made by a generator, for trying things out");
  c->add_option("KIND", o->kind, "gestures: punch, flex and idle of a simulated forearm")
      ->required()
      ->check(CLI::IsMember({"gestures"}));
  c->add_option("--output", o->output, "folder for the CSV files")->required();
  c->add_option("--seed", o->synth.seed, "the same seed gives the same files")->capture_default_str();
  c->add_option("--persons", o->synth.persons, "simulated people, a folder each")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  c->add_option("--recordings", o->synth.recordings, "per person and class")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  describe(c, *o, "mote synth gestures --output data --persons 5");
  c->callback([o] {
    const auto files = synth_gestures(o->synth);
    StagedFolder staged(o->output);
    for (const SynthFile &f : files) staged.write(f.path, f.content);
    staged.commit();
    result(*o, {{"output", o->output}, {"files", files.size()}, {"synthetic", true}},
           fmt::format("Wrote {} files with {} synthetic recordings to {}.", files.size(),
                       static_cast<int>(files.size()) * o->synth.recordings, o->output));
  });
}

}  // namespace mote::cli
