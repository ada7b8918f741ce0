// mote run: a model on one file, raw samples or a table or array, with the labels of what came out. Reading
// and running are run_on_file()'s (src/workflow/run_on_file.cpp).
#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "cli.h"
#include "mote/error.h"
#include "mote/workflow.h"

namespace mote::cli {

namespace {

struct RunArguments : Common {
  std::string model, input, output;
  bool is_int8_input = false;
};

constexpr size_t kMostRows = 40;

std::string answers_text(const RanFile &ran, const std::vector<std::string> &labels) {
  size_t width = 0, place = 0;
  for (const std::string &label : labels) width = std::max(width, label.size());
  const auto name = [](const AnsweredSample &a, size_t i) {
    return a.place.empty() ? fmt::format("sample {}", i) : a.place;
  };
  const size_t shown = std::min(kMostRows, ran.answers.size());
  for (size_t i = 0; i < shown; ++i) place = std::max(place, name(ran.answers[i], i).size());
  std::string text;
  for (size_t i = 0; i < shown; ++i) {
    const AnsweredSample &a = ran.answers[i];
    text += fmt::format("{:<{}}  {:<{}}", name(a, i), place, labels[static_cast<size_t>(a.label)], width);
    if (a.probability) text += fmt::format("  {:3.0f} %", 100 * *a.probability);
    text.resize(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  if (shown < ran.answers.size())
    text += fmt::format("and {} more; --json or --output FILE.csv has all\n", ran.answers.size() - shown);
  return text;
}

nlohmann::json answers_json(const RanFile &ran, const std::vector<std::string> &labels) {
  nlohmann::json list = nlohmann::json::array();
  for (const AnsweredSample &a : ran.answers) {
    nlohmann::json j = {{"label", labels[static_cast<size_t>(a.label)]}};
    if (a.probability) j["probability"] = *a.probability;
    list.push_back(std::move(j));
  }
  return list;
}

}  // namespace

void add_run(CLI::App &app) {
  auto o = std::make_shared<RunArguments>();
  CLI::App *c = app.add_subcommand("run", "run a model on raw samples: .mote, or any int8 .tflite");
  c->add_option("MODEL", o->model, "a .mote or .tflite file, or a run (its int8 model)")->required();
  c->add_option(
       "--input", o->input,
       "a .csv or .npy, or samples one after the other, no header: a .mote takes float32 sensor values, "
       "a .tflite its inputs")
      ->required();
  c->add_option("--output", o->output,
                "outputs one after the other; of a .csv or .npy also one of these, by its name; may be left "
                "out where there are "
                "labels to print");
  c->add_flag("--int8-input", o->is_int8_input, "a .mote: the input is int8, past the front end");
  describe(c, *o, "mote run model.tflite --input in.bin --output out.bin");
  c->callback([o] {
    const RunOrModel target = find_run_or_model(o->model);
    const AnyModel model = target.run ? AnyModel(target.program()) : *target.file;
    const std::vector<std::string> &labels =
        std::visit([](const auto &m) -> const std::vector<std::string> & { return m.labels; }, model);
    const RanFile ran =
        run_on_file(model, target.run ? &target.run->project() : nullptr, o->input, o->is_int8_input);
    warn(ran.notes);
    if (o->output.empty() && ran.answers.empty())
      throw Error(ErrorCode::kInvalidArgument, "--output", "is needed: the model has no labels to print");
    nlohmann::json json = {{"samples", ran.samples}};
    if (!ran.is_raw) json["notes"] = ran.notes;
    // raw samples to a file print what they always did
    const bool says_labels = o->output.empty() || !ran.is_raw;
    std::string text = says_labels ? answers_text(ran, labels) : "";
    if (says_labels) json["answers"] = answers_json(ran, labels);
    if (!o->output.empty()) {
      const std::string bytes = format_outputs(ran, labels, o->output);
      write_file(o->output, bytes);
      json["output"] = o->output;
      json["bytes"] = bytes.size();
      text += fmt::format("Ran {} sample{}; wrote {} bytes to {}.", ran.samples, ran.samples == 1 ? "" : "s",
                          bytes.size(), o->output);
    } else {
      text.pop_back();
    }
    result(*o, json, text);
  });
}

}  // namespace mote::cli
