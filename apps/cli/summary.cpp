#include <fmt/format.h>

#include "cli.h"
#include "mote/report.h"
#include "target.h"

namespace mote::cli {

void add_summary(CLI::App &app) {
  struct Options : Common {
    std::string target;
  };
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("summary", "layers, shapes, parameters, MACs and memory");
  c->add_option("TARGET", o->target, "a run, a project (also before training), a .mote or a .tflite file");
  describe(c, *o, "mote summary model.tflite");
  c->callback([o] {
    nlohmann::json json;
    std::string text;
    const auto show = [&](const Model &m) {
      const Summary s = summarize(m);
      json = summary_json(s),
      text = fmt::format("Model '{}', input {}\n", m.graph.name, m.graph.input.text()) + s.text();
    };
    // a project that was never trained can be looked at too
    const std::filesystem::path folder = o->target.empty() ? "." : o->target;
    bool has_run = true;
    if (std::filesystem::exists(folder / "mote.toml") && !std::filesystem::exists(folder / "run.json")) {
      std::error_code code;
      has_run =
          std::filesystem::exists(folder / "runs", code) && !std::filesystem::is_empty(folder / "runs", code);
      if (!has_run) {
        const Project project = read_project(folder.string());
        show(project.build_model(load_recordings(project.data_path, project.load)));
      }
    }
    if (has_run) {
      const Target target = find_target(o->target);
      if (target.run) {
        show(float_model(*target.run));
        if (has_integer_model(*target.run)) {
          const IntegerProgram p = integer_model(*target.run);
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
