// A model that others trained, with the front end and the decision rule that a project says: a run whose
// streams are judged, whose rule is tuned and whose C is exported as of any other.
//
// Nothing is fitted, as there are no recordings. Formats are read by formats/; a run's files:
// docs/formats.md.
#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "base/staged_folder.h"
#include "features/preprocessing.h"
#include "mote/decision.h"
#include "mote/workflow.h"
#include "runs/claim.h"
#include "runs/json_file.h"
#include "runs/made_how.h"
#include "workflow/decide.h"
#include "workflow/import.h"

namespace mote {

namespace {

constexpr size_t kMostBytes = size_t{1} << 28;

[[noreturn]] void refuse(const std::string &setting, const std::string &why, const std::string &hint) {
  throw Error(ErrorCode::kInvalidArgument, setting, why, hint);
}

IntegerProgram read_program(const std::string &file) {
  const auto refuse_model = [&](const std::string &why, const std::string &hint) {
    throw Error(ErrorCode::kUnsupported, file, why, hint);
  };
  AnyModel any = load(file);
  auto *program = std::get_if<IntegerProgram>(&any);
  if (!program) refuse_model("is a float model", "convert it to int8 where it was trained");
  if (program->front_end.is_set())
    refuse_model("has a front end of its own", "`mote export`, `mote run` and `mote profile` take it");
  if (!program->states.empty() || program->inputs.size() != 1 || program->outputs.size() != 1)
    refuse_model(fmt::format("has {} inputs and {} outputs, and a window has one of each",
                             program->inputs.size(), program->outputs.size()),
                 "convert it with a batch of one window in, its classes out, and no state between calls");
  const ProgramTensor &input = program->tensor(program->inputs[0]);
  if (input.dtype != DType::kInt8 || !input.quant.is_set())
    refuse_model("its input is not int8", "convert it with int8 inputs and outputs");
  return std::move(*program);
}

// One example as the project says it: rows and channels of a signal, or pixels.
Preprocessing example_of(const Project &project) {
  const LoadOptions &load = project.load;
  Preprocessing p;
  p.image = load.image;
  if (p.image.is_set()) {
    if (load.image_channels != 1 && load.image_channels != 3)
      refuse("data.image_channels", "is not set, and the model does not say what its pictures are",
             "set it to 1 for grey ones, to 3 for coloured ones");
    p.window = p.image.height * p.image.width;
    p.channel_names = load.image_channels == 1 ? std::vector<std::string>{"grey"}
                                               : std::vector<std::string>{"red", "green", "blue"};
  } else {
    if (load.window <= 0)
      refuse("data.window", "is not set, and the model does not say how many rows its window has",
             "set it to the rows that the features of one inference need; of pictures set data.image_size");
    if (!(load.rate_hz > 0))
      refuse("data.rate_hz", "is not set, and the model does not say the rate of its sensor",
             "set it to rows per second");
    p.window = load.window;
    p.rate_hz = load.rate_hz;
    p.channel_names = load.channels.empty() ? std::vector<std::string>{"sound"} : load.channels;
  }
  p.channels = static_cast<int>(p.channel_names.size());
  return p;
}

// What stands in front of the network, as mote.toml has it. Nothing of it is fitted.
Preprocessing front_end_of(const Project &project) {
  if (const std::string &wanted = project.train.normalize; !wanted.empty() && wanted != "none")
    refuse("train.normalize", fmt::format("'{}' is fitted on recordings, and there are none", wanted),
           "leave it away; the network gets what features.blocks give, as its input is quantized");
  Preprocessing p = example_of(project);
  p.steps = resolved(project.train.features, p.rate_hz);
  if (is_fixed(p) && !takes_samples(p)) {
    if (project.arithmetic == Arithmetic::kAuto) {
      for (PreprocessingStep &step : p.steps) step.arithmetic = Arithmetic::kFloat;
      return p;
    }
    refuse("features.arithmetic",
           "is fixed, and the range of the sensor is learned from recordings, of which there are none",
           "set it to \"float\"");
  }
  return p;
}

// The fixed form for this network. Blocks are given an example of zeros, of which they learn nothing.
void take_front_end(IntegerProgram &program, Preprocessing p, const std::string &file) {
  const Shape example{p.window, p.channels};
  const Shape made = feature_shape(p.steps, example, p.rate_hz, p.image);
  const ProgramTensor &input = program.tensor(program.inputs[0]);
  if (made.elements() != input.shape.elements())
    refuse(
        "features.blocks",
        fmt::format("give {} = {} values of {} rows x {} channels, the input of {} is {} = {}", made.text(),
                    made.elements(), p.window, p.channels, file, input.shape.text(), input.shape.elements()),
        "set data.window, data.channels and features.blocks as they were where the model was trained");
  if (p.steps.empty()) {
    p.steps.push_back(
        normalization("channel", std::vector<float>(example[1], 0.0f), std::vector<float>(example[1], 1.0f)));
  } else {
    const std::vector<float> zeros(example.elements());
    fit(p, zeros.data(), 1);
  }
  program.front_end = fixed_form(p, input.quant);
  check_fits(program.front_end, file, input.shape.elements(), true);
}

void take_labels(IntegerProgram &program, const std::vector<std::string> &labels, const std::string &file) {
  if (!labels.empty()) program.labels = labels;
  const size_t outputs = program.tensor(program.outputs[0]).shape.elements();
  const size_t classes = outputs == 1 ? 2 : outputs;
  if (program.labels.size() != classes)
    refuse("data.labels",
           fmt::format("{} classes are named, {} has {} output{}", program.labels.size(), file, outputs,
                       outputs == 1 ? ", the probability of the second of two" : "s"),
           "name them in the order of the outputs: labels = [\"word\", \"silence\"]");
  if (!has_probabilities(program))
    throw Error(ErrorCode::kUnsupported, file, "its outputs are no probabilities of int8",
                "convert it with a softmax or sigmoid at its end");
}

// What there would be of recordings, had there been any.
Recordings recordings_of_none(const Project &project, const IntegerProgram &program) {
  Recordings none;
  none.options = project.load;
  none.channels = program.front_end.channel_names;
  none.labels = program.labels;
  none.rate_hz = program.front_end.rate_hz;
  return none;
}

}  // namespace

ImportedModel imported_model(const Project &project) {
  if (project.tflite.empty())
    refuse("model.tflite", "names no model", "set it to the .tflite, beside mote.toml");
  const std::string file = (fs::path(project.folder) / project.tflite).lexically_normal().string();
  const std::string bytes = read_file(file, kMostBytes);
  ImportedModel made{read_program(file), {}, {}};
  made.record = {{"file", project.tflite}, {"bytes", bytes.size()}, {"sha256", sha256(bytes)}};
  take_labels(made.program, project.load.labels, file);
  const Preprocessing p = front_end_of(project);
  take_front_end(made.program, p, file);
  made.program.name = project.name;
  if (p.image.is_set()) return made;  // pictures are no stretches of time
  DecisionRule &rule = made.program.front_end.decision;
  rule = windows_without_recordings(project.decision, recordings_of_none(project, made.program),
                                    project.train.features);
  if (project.decision.threshold == DecisionSettings::kChosen)
    made.notes.push_back(
        "a class is told from a probability of a half on, as decision.threshold is not set; `mote evaluate "
        "--stream --tune --validation FILES` chooses it");
  if (rule.rest < 0)
    made.notes.push_back(
        "no class is called rest, silence, noise, background or unknown: something is told of every stretch "
        "that is likely enough");
  return made;
}

ImportedRun import_run(const Project &project) {
  ImportedModel made = imported_model(project);
  nlohmann::json record = run_record(project, "import", recordings_of_none(project, made.program), {});
  record["imported"] = made.record;
  const RunClaim claim = RunClaim::next(project);
  StagedFolder staged(claim.path());
  staged.write(run_file::kProject, project.toml);
  staged.write(run_file::kRecord, json_text(record));
  staged.write(run_file::kIntegerModel, format_mote(made.program));
  staged.commit();
  return {{claim.path(), project.folder, {}}, std::move(made.program), std::move(made.notes)};
}

}  // namespace mote
