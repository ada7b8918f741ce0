#include <fmt/format.h>

#include "cli.h"
#include "mote/error.h"
#include "mote/layers.h"
#include "mote/project.h"
#include "mote/report.h"
#include "mote/workflow.h"

namespace mote::cli {

void add_summary(CLI::App &app) {
  struct Options : Common {
    std::string target, preset;
    PresetOptions options;
    std::vector<int> input;
    std::vector<std::string> assignments;
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
  add_set_option(c, o->assignments);
  describe(c, *o, "mote summary --preset mobilenet_vww --folded");
  c->callback([o] {
    nlohmann::json json;
    std::string text;
    const auto show = [&](const Model &m) {
      const Summary s = summarize(o->is_folded ? folded(m) : m);
      json = summary_json(s),
      text = fmt::format("Model '{}', input {}\n", m.graph.name, m.graph.input.text()) + s.text();
    };
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
      show(sequential(p.name, p.input, p.layers));
      text.pop_back();
      return result(*o, json, text);
    }
    // a project that was never trained can be looked at too
    const std::filesystem::path folder = o->target.empty() ? "." : o->target;
    bool has_run = true;
    if (std::filesystem::exists(folder / "mote.toml") && !std::filesystem::exists(folder / "run.json")) {
      std::error_code code;
      has_run =
          std::filesystem::exists(folder / "runs", code) && !std::filesystem::is_empty(folder / "runs", code);
      if (!has_run) {
        const Project project = read_project(folder.string(), o->assignments);
        show(project.build_model(load_recordings(project.data_path, project.load)));
      }
    }
    if (has_run) {
      if (!o->assignments.empty())
        throw Error(ErrorCode::kInvalidArgument, "--set", "a run keeps the model it was made with",
                    "of a project, before its first training");
      const RunOrModel target = find_run_or_model(o->target);
      if (target.run) {
        show(target.run->model());
        if (target.run->has_integer_model()) {
          const IntegerProgram &p = target.run->integer_model();
          json = {{"float", json}, {"int8", program_json(p)}};
          text += "\nint8 program\n" + program_text(p);
        }
      } else if (const auto *p = std::get_if<IntegerProgram>(&*target.file)) {
        json = program_json(*p), text = fmt::format("int8 model '{}'\n", p->name) + program_text(*p);
      } else {
        show(std::get<Model>(*target.file));
      }
    }
    text.pop_back();
    result(*o, json, text);
  });
}

}  // namespace mote::cli
