// What an untrained network would cost on the target, before time is spent on training: quantized with
// first weights on recordings, or on noise in their shape.
//
// Figures depend on shapes but not on weights, so they hold for the trained model but for what ranges
// change. Figures of a finished program: device/profile.cpp.
#include "mote/workflow.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "codegen/c/push_layout.h"
#include "quant/quantize.h"

namespace mote {

namespace {

constexpr size_t kExamples = 32;  // no figure depends on their ranges

// Recordings of noise in the shape that mote.toml gives.
Recordings noise(const Project &p) {
  if (p.load.window == 0 || p.load.channels.empty() || (p.load.needs_classes && p.load.labels.empty()))
    throw Error(ErrorCode::kNotFound, p.data_path, "there are no recordings to take the model's shape from",
                "put some there, or set data.window, data.channels and data.labels");
  Recordings set;
  set.channels = p.load.channels;
  set.labels = p.load.labels;
  set.options = p.load;
  set.rate_hz = p.load.rate_hz;
  if (set.labels.empty()) set.labels = {"any"};
  Random random(p.train.seed);
  for (size_t i = 0; i < kExamples; ++i) {
    Recording r{set.labels[i % set.labels.size()], "noise", "", 0, p.load.window, {}};
    for (int k = 0; k < p.load.window * set.channel_count(); ++k) r.values.push_back(random.normal());
    set.items.push_back(std::move(r));
  }
  return set;
}

// No folder, or nothing in it. What is there and broken is an error as ever.
bool has_recordings(const std::string &path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) return fs::exists(path, code);
  for (const auto &entry : fs::recursive_directory_iterator(path, code)) {
    std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name[0] != '.' && name != "README.txt") return true;
  }
  return false;
}

}  // namespace

IntegerProgram untrained_program(const Project &project, const Model &model, const Dataset &examples) {
  QuantizeSettings settings = project.quantize;
  settings.examples = std::min(settings.examples, kExamples);
  const Dataset few = representative_set(examples, settings.examples);
  Model made = untrained(model, few, project.train);
  // the score reads what goes into the network, which is kept for it to the end
  made.preprocessing.running_mean = project.detector.adapt;
  if (project.detector.kind == DetectorKind::kAutoencoder) made = detector_of(made, project.detector.reach);
  return quantize(made, {few, settings});
}

UntrainedProgram untrained_program(const Project &project) {
  const bool has_data = has_recordings(project.data_path);
  const Recordings recordings = has_data ? project.recordings() : noise(project);
  const Model model = project.build_model(recordings);
  check_deployable(model);
  return {untrained_program(project, model, recordings.all()), has_data};
}

void check_streaming(const Project &project, const Model &model, const Dataset &examples,
                     const DecisionRule &windows) {
  if (!project.is_streaming) return;
  IntegerProgram program = untrained_program(project, model, examples);
  program.front_end.decision = windows;
  if (!has_push(program))
    throw Error(ErrorCode::kUnsupported, "model.streaming",
                "is of classifiers of windows, whose exported C has a push()", "leave it away");
  push_layout(program, {.is_streaming = true});
}

std::vector<std::string> over_budget(const TargetBudget &budget, const Profile &p) {
  std::vector<std::string> found;
  const auto compare = [&](const char *what, size_t needs, size_t own, size_t boards) {
    const size_t limit = own > 0 ? own : boards;
    if (limit > 0 && needs > limit)
      found.push_back(fmt::format("{}: about {} bytes of {}", what, with_commas(needs), with_commas(limit)));
  };
  compare("flash", p.flash_bytes(), budget.flash_bytes, p.board ? p.board->flash_bytes : 0);
  compare("RAM", p.all_ram_bytes() + p.stack_bytes, budget.ram_bytes, p.board ? p.board->ram_bytes : 0);
  if (budget.ms > 0 && p.cycles && p.ms(p.cycles->low) > budget.ms)
    found.push_back(fmt::format("time: {:.3g} to {:.3g} ms of {:g}", p.ms(p.cycles->low),
                                p.ms(p.cycles->high), budget.ms));
  return found;
}

}  // namespace mote
