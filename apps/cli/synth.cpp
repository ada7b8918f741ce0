// mote synth: recordings of a generator as files, for trying things out; the result says that they are
// synthetic. The generators: workflow/synth.cpp, workflow/synth_kinds.cpp.
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
  c->add_option("KIND", o->kind,
                "gestures of a forearm (CSV), keywords and digits (WAV), a fan (CSV) or hand signs (JPEG)")
      ->required()
      ->check(CLI::IsMember(synth_kinds()));
  c->add_option("--output", o->output, "folder for the files")->required();
  c->add_option("--seed", o->synth.seed, "the same seed gives the same files")->capture_default_str();
  c->add_option("--persons", o->synth.persons, "simulated people; of a fan days")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  CLI::Option *recordings =
      c->add_option("--recordings", o->synth.recordings, "per person and class; 12 (signs: 10) if not given")
          ->check(CLI::Range(1, 10000));
  describe(c, *o, "mote synth gestures --output data --persons 5");
  c->callback([o, recordings] {
    if (recordings->count() == 0) o->synth.recordings = usual_recordings(o->kind);
    StagedFolder staged(o->output);
    const SynthCount count =
        synthesize(o->kind, o->synth, [&](const SynthFile &f) { staged.write(f.path, f.content); });
    staged.commit();
    result(*o, {{"output", o->output}, {"files", count.files}, {"synthetic", true}},
           fmt::format("Wrote {} files with {} synthetic recordings to {}.", count.files, count.recordings,
                       o->output));
  });
}

}  // namespace mote::cli
