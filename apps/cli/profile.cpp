#include <fmt/format.h>

#include "base/text.h"
#include "cli.h"
#include "mote/device.h"
#include "mote/project.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_profile(CLI::App &app) {
  struct Options : Common {
    std::string target, board, core, boards, ram, picture, flags = "-O2";
    bool is_emulated = false;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("profile", "flash, RAM, instructions, latency and energy on a target");
  c->add_option("MODEL", o->target,
                "a run, a project, or an int8 .mote or .tflite file; default: the newest run here");
  c->add_option("--target", o->board, "a board; `mote boards` lists them");
  c->add_option("--core", o->core, "a core instead: cortex-m0plus, -m3, -m4, -m7, -m33, -m55 or rv32imac");
  c->add_option("--boards", o->boards, "a TOML file with boards of your own");
  c->add_flag("--emulate", o->is_emulated,
              "compile it and run it on the emulated core: measured instead of estimated");
  c->add_option("--ram", o->ram,
                "largest activation buffer, e.g. 24k: first layers run row by row where that is needed");
  c->add_option("--flags", o->flags, "of the cross compiler")->capture_default_str();
  c->add_option("--picture", o->picture, "the memory plan as .png or .svg");
  describe(c, *o, "mote profile --target nano33ble --emulate");
  c->callback([o] {
    const RunOrModel target = find_run_or_model(o->target);
    const IntegerProgram &program = target.program();
    std::vector<Board> boards = known_boards();
    if (!o->boards.empty())
      for (Board &b : read_boards(o->boards)) boards.push_back(std::move(b));
    ProfileOptions options;
    if (!o->board.empty()) options.board = board_by_name(boards, o->board);
    options.core = o->core, options.is_emulated = o->is_emulated;
    if (!o->ram.empty()) options.ram_bytes = parse_bytes(o->ram, "--ram");
    options.flags.clear();
    for (const std::string &flag : CLI::detail::split(o->flags, ' '))
      if (!flag.empty()) options.flags.push_back(flag);
    options.c.golden_count = 4;
    if (target.run)  // a stream's windows are those of the exported push()
      options.c.stride = stride_of(*target.run);
    const Profile p = profile(program, options);
    if (o->is_emulated && !p.is_measured)
      say(*o, "Not measured: " + p.why_estimated + ". What follows is estimated.");
    if (!o->picture.empty()) draw_plan(p, o->picture);
    std::string text = profile_text(p);
    text.pop_back();
    if (!o->picture.empty()) text += "\nWrote " + o->picture + ".";
    result(*o, profile_json(p), text);
  });
}

}  // namespace mote::cli
