// mote summary: layers, shapes, parameters and MACs of a project, a run, a file, or a published network
// that is built for the purpose.
//
// The tables: workflow/summary.cpp and nn/presets.cpp.
#include <fmt/format.h>

#include "cli.h"
#include "mote/error.h"
#include "mote/layers.h"
#include "mote/presets.h"
#include "mote/workflow.h"

namespace mote::cli {

static void show(const Common &common, SummaryOf made, const std::string &picture) {
  made.text.pop_back();
  if (!picture.empty()) {
    made.record["picture"] = picture;
    made.text += "\nWrote " + picture + ".";
  }
  result(common, made.record, made.text);
}

void add_summary(CLI::App &app) {
  struct Options : Common {
    std::string target, preset;
    PresetOptions options;
    std::vector<int> input;
    std::vector<std::string> assignments;
    std::string picture;
    bool is_folded = false;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("summary", "layers, shapes, parameters, MACs and memory");
  c->add_option("TARGET", o->target, "a run, a project (also before training), a .mote or a .tflite file");
  c->add_option("--preset", o->preset, "a published network instead; 'list' names them");
  c->add_option("--width", o->options.width, "of a preset that has one: factor on its channels");
  c->add_option("--classes", o->options.classes, "of a preset")->check(CLI::Range(1, 1 << 20));
  c->add_option("--input", o->input, "of a preset: HEIGHT,WIDTH,CHANNELS or TIME,CHANNELS")->delimiter(',');
  c->add_flag("--folded", o->is_folded, "as deployed: batch normalization inside the weights before it");
  c->add_option("--picture", o->picture,
                "also draw the layers, their shapes and their int8 ranges, .svg or .png");
  add_set_option(c, o->assignments);
  describe(c, *o, "mote summary --preset mobilenet_vww --folded");
  c->callback([o] {
    if (!o->preset.empty()) {
      if (!o->target.empty())
        throw Error(ErrorCode::kInvalidArgument, "summary", "takes a target or a preset, not both");
      if (o->preset == "list")
        return result(*o, preset_names(), preset_table().substr(0, preset_table().size() - 1));
      for (int d : o->input)
        if (d <= 0 || d > 1 << 20)
          throw Error(ErrorCode::kInvalidArgument, "--input", fmt::format("{} is no size", d));
      o->options.input = Shape(o->input);
      const Preset p = preset(o->preset, o->options);
      const Model model = sequential(p.name, p.input, p.layers);
      SummaryOf made = summary_of(model, o->is_folded);
      if (!o->picture.empty()) draw_architecture(model, o->is_folded, o->picture);
      return show(*o, std::move(made), o->picture);
    }
    SummaryOf made = summary_of(o->target, o->is_folded, o->assignments);
    if (!o->picture.empty()) draw_architecture(o->target, o->is_folded, o->assignments, o->picture);
    show(*o, std::move(made), o->picture);
  });
}

}  // namespace mote::cli
