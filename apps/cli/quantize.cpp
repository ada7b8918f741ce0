#include <fmt/format.h>

#include "cli.h"
#include "mote/error.h"
#include "mote/project.h"
#include "mote/report.h"

namespace mote::cli {

void add_quantize(CLI::App &app) {
  struct Options : Common {
    std::string run, method = "ptq";
    std::vector<std::string> int16_layers;
    bool by_row = false;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("quantize", "make the int8 model of a run");
  c->add_option("RUN", o->run, "a run, or a project for its newest run; default: the newest run here");
  c->add_option("--method", o->method, "ptq: from the training windows, without training")
      ->capture_default_str()
      ->check(CLI::IsMember({"ptq"}));
  c->add_option("--int16", o->int16_layers, "layers that work on int16 activations; default: quantize.int16")
      ->type_name("LAYER")
      ->allow_extra_args(false);
  c->add_flag(
      "--by-row", o->by_row,
      "one row per call, recurrent layers carry their state; gives the window's outputs at its last row");
  describe(c, *o, "mote quantize --method ptq");
  c->callback([o] {
    const RunFolder run = find_run(o->run);
    const IntegerProgram p = quantize_run(run, o->int16_layers, o->by_row);
    const nlohmann::json json = program_json(p);
    result(*o, {{"run", run.path}, {"model", run.path + "/model_int8.mote"}, {"program", json}},
           fmt::format("{}\nWrote {}/model_int8.mote. `mote evaluate` compares it with the float model.",
                       program_text(p), run.path));
  });
}

}  // namespace mote::cli
