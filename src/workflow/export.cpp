// What an export takes from a run: golden windows, the threshold of push() for a wished share of right
// answers, the stride of windows.
//
// The folder itself is written by codegen/c and formats/tflite; what happens to a model file without a
// run is in apps/cli/export.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "base/template.h"
#include "base/text.h"
#include "base/version.h"
#include "codegen/c/marked_folder.h"
#include "codegen/c/templates.h"
#include "mote/report.h"
#include "mote/workflow.h"
#include "mote_runtime.h"
#include "program/program.h"
#include "runs/golden.h"
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

void note_export(const Run &run, const std::string &format, const std::string &path,
                 const std::string &verified, const ChosenForms *forms) {
  json kept = json::array();
  run.reading(run_file::kExports, [&](const json &list) {
    if (list.is_array())
      for (const json &e : list)
        if (e.at("format") != format || e.at("path") != path) kept.push_back(e);
  });
  kept.push_back({{"format", format},
                  {"path", path},
                  {"verified", verified},
                  {"int8_model", run.digest(run_file::kIntegerModel)}});
  if (forms != nullptr && !forms->layers.empty()) kept.back()["forms"] = forms_json(*forms);
  run.write(run_file::kExports, json_text(kept));
}

std::vector<int> right_answers(const IntegerProgram &program, const Dataset &examples) {
  const ProgramTensor &output = program.tensor(program.outputs[0]);
  if (!program.front_end.is_set() || !program.states.empty() || output.dtype != DType::kInt8 ||
      !output.quant.is_set() || output.quant.scale[0] != 1.0f / 256)
    return {};
  HostProgram host(program);
  const int count = static_cast<int>(output.shape.elements());
  std::vector<int8_t> scores(static_cast<size_t>(count));
  std::vector<int> right;
  for (size_t i = 0; i < examples.size(); ++i) {
    host.predict(examples.example(i), scores.data());
    const int best = count == 1 ? scores[0] > decision_threshold(output) : argmax_s8(scores.data(), count);
    int probability = scores[count == 1 ? 0 : static_cast<size_t>(best)] + 128;
    if (count == 1 && best == 0) probability = 256 - probability;
    if (best == examples.classes[i]) right.push_back(probability);
  }
  std::sort(right.begin(), right.end());
  return right;
}

std::optional<double> threshold_of(const std::vector<int> &right, double kept) {
  if (right.empty()) return {};
  const auto lost =
      std::min(right.size() - 1, static_cast<size_t>((1 - kept) * static_cast<double>(right.size())));
  // a stream has windows between two classes, which no validation set has: certainty is not asked for
  constexpr double kMost = 0.9;
  return std::min(kMost, right[lost] / 256.0);
}

std::optional<double> choose_threshold(const IntegerProgram &program, const Dataset &examples, double kept) {
  return threshold_of(right_answers(program, examples), kept);
}

int stride_of(const Run &run) {
  const Preprocessing &f = run.integer_model().front_end;
  const int stride = run.project().load.stride;
  return f.is_set() && stride > 0 && stride < f.window ? stride : 0;
}

namespace {

struct Confidence {
  size_t windows = 0;
  std::vector<int> right;
};

// From quantize.json, if it is of the model that is there.
std::optional<Confidence> kept_confidence(const Run &run) {
  return run.reading(run_file::kQuantize, [&](const json &j) -> std::optional<Confidence> {
    if (!j.is_object() || !j.contains("confidence")) return {};
    if (j.value("int8_model", "") != run.digest(run_file::kIntegerModel)) return {};
    Confidence c{j.at("confidence").at("windows"), {}};
    for (const json &e : j.at("confidence").at("right")) {
      const auto count = std::min(e.at(1).get<size_t>(), c.windows - std::min(c.right.size(), c.windows));
      c.right.insert(c.right.end(), count, e.at(0).get<int>());
    }
    return c;
  });
}

}  // namespace

// Golden windows of the run, which the exporter takes to be as large as those of its model.
static Dataset checked_golden(const Run &run) {
  Dataset golden = golden_windows(run);
  if (golden.size() == 0) return golden;
  const Preprocessing &p = run.model().preprocessing;
  if (golden.window != p.window || golden.channels != p.channels)
    throw Error(ErrorCode::kDataFormat, run.file(run_file::kGolden).string(),
                fmt::format("has windows of {} x {}, the model beside it takes {} x {}", golden.window,
                            golden.channels, p.window, p.channels),
                "train anew");
  return golden;
}

static RunExport read_options(const Run &run, std::optional<double> kept, bool needs_golden) {
  RunExport result;
  const IntegerProgram &program = run.integer_model();
  if (!program.front_end.is_set()) return result;
  result.options.is_streaming = run.project().is_streaming;
  if (needs_golden) result.golden = checked_golden(run);
  const bool is_imported = run.is_imported();
  const bool lacks_golden = needs_golden && !is_imported && result.golden.size() == 0;
  if (needs_golden && is_imported)
    result.notes.push_back(
        "the model was imported without recordings: golden vectors are of pseudo-random inputs");
  const bool has_rule = program.front_end.decision.is_set();
  const bool needs_confidence = !has_rule || kept;
  std::optional<Confidence> confidence;
  if (needs_confidence) confidence = kept_confidence(run);
  const bool lacks_confidence = needs_confidence && !confidence;
  if (lacks_golden || lacks_confidence) {
    // made by an older mote: from its recordings, if they are there
    try {
      RunData data = load_run_data(run);
      if (lacks_confidence) confidence = {data.splits.val.size(), right_answers(program, data.splits.val)};
      if (lacks_golden)
        result.golden = std::move(data.splits.test.size() > 0 ? data.splits.test : data.splits.train);
      result.notes = std::move(data.notes);
    } catch (const Error &e) {
      result.notes.push_back(
          fmt::format("the run keeps no {}, and its recordings cannot be read ({}); {}",
                      lacks_golden ? "golden windows" : "validation scores of this int8 model", e.what(),
                      lacks_golden ? "golden vectors are of pseudo-random inputs"
                                   : "push() has no threshold; `mote quantize` anew chooses one"));
    }
  }
  if (!has_rule) result.options.stride = stride_of(run);
  if (!confidence || confidence->windows == 0) return result;
  constexpr double kUsual = 0.95;
  const double share = kept.value_or(kUsual);
  result.options.threshold = threshold_of(confidence->right, share);
  result.options.threshold_from = fmt::format("{:g} % of the right answers on {} validation windows reach it",
                                              100 * share, confidence->windows);
  return result;
}

RunExport export_options(const Run &run, std::optional<double> kept) { return read_options(run, kept, true); }

RunExport push_options(const Run &run) { return read_options(run, {}, false); }

// What of a folder is C for a computer: the files beside the self-test that the export listed, not what else
// lies there. Of an older export, which has no list, all of the folder.
static std::vector<fs::path> sources_to_verify(const fs::path &folder) {
  std::vector<fs::path> listed, sources;
  for (const std::string &file : exported_files(folder.string())) listed.push_back(folder / file);
  std::error_code code;
  if (listed.empty())
    for (const auto &entry : fs::directory_iterator(folder, code)) listed.push_back(entry.path());
  for (const fs::path &test : listed) {
    if (test.filename() != "model_selftest.c") continue;
    for (const fs::path &file : listed)
      if (file.extension() == ".c" && file.parent_path() == test.parent_path()) sources.push_back(file);
  }
  if (sources.empty())
    throw Error(ErrorCode::kDataFormat, folder.string(), "holds no C with a self-test", "export it anew");
  return sources;
}

// The program that --format c writes beside the model, for a package: its function is named in a header.
static std::string selftest_main(const std::string &folder) {
  constexpr const char *kFile = "selftest.c.in";
  static const std::regex kDeclared("int (\\w+)_selftest\\(void\\)");
  for (const std::string &file : exported_files(folder)) {
    const std::string text = file.ends_with("model.h") ? read_file(fs::path(folder) / file) : "";
    std::smatch found;
    if (!std::regex_search(text, found, kDeclared)) continue;
    const std::string model = found[1];
    return fill_template(
        kFile, c_template(kFile),
        {{"model", model}, {"MODEL", upper_case(model)}, {"version", kVersion}, {"title", model}});
  }
  throw Error(ErrorCode::kDataFormat, folder, "declares no self-test", "export it anew");
}

std::string verify_c(const std::string &folder) {
  const TemporaryFolder temporary("mote-selftest");
  const fs::path binary = temporary.path() / "selftest";
  std::vector<std::string> command = {"cc",      "-std=c99", "-O2", "-Wall",
                                      "-Wextra", "-Werror",  "-o",  binary.string()};
  const std::vector<fs::path> sources = sources_to_verify(folder);
  bool has_main = false;
  for (const fs::path &source : sources) {
    command.push_back(source.string());
    has_main |= source.filename() == "selftest.c";
  }
  if (!has_main) {  // packages are for a board, which brings its own
    const fs::path made = temporary.path() / "selftest.c";
    write_file(made, selftest_main(folder));
    command.insert(command.end(), {"-I" + sources[0].parent_path().string(), made.string()});
  }
  const ProcessResult compiled = run_process(command);
  if (compiled.status == -1)
    throw Error(ErrorCode::kNotFound, "--verify", "the C compiler (cc) cannot be started: " + compiled.error,
                "install gcc or clang, or leave --verify away");
  if (compiled.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "does not compile: " + compiled.output.substr(0, 2000));
  const ProcessResult ran = run_process({binary.string()});
  if (ran.status == -1)
    throw Error(ErrorCode::kIo, temporary.path().parent_path().string(),
                "the self-test cannot be run in this folder: " + ran.error,
                "set TMPDIR to a folder that programs may be started from (not mounted noexec)");
  if (ran.status > 128)
    throw Error(ErrorCode::kDataFormat, folder,
                fmt::format("its self-test was ended by signal {}", ran.status - 128));
  if (ran.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "fails its self-test: " + ran.output.substr(0, 2000));
  std::string line = ran.output.substr(0, ran.output.find('\n'));
  return "compiled with cc and run: " + line;
}

}  // namespace mote
