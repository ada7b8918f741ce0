#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "mote/workflow.h"
#include "mote_runtime.h"
#include "runs/golden.h"
#include "runs/json_file.h"

namespace mote {

using nlohmann::json;

void note_export(const Run &run, const std::string &format, const std::string &path,
                 const std::string &verified) {
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
    if (j.at("int8_model") != run.digest(run_file::kIntegerModel)) return {};
    Confidence c{j.at("confidence").at("windows"), {}};
    for (const json &e : j.at("confidence").at("right")) {
      const auto count = std::min(e.at(1).get<size_t>(), c.windows - std::min(c.right.size(), c.windows));
      c.right.insert(c.right.end(), count, e.at(0).get<int>());
    }
    return c;
  });
}

}  // namespace

static RunExport read_options(const Run &run, double kept, bool needs_golden) {
  RunExport result;
  const IntegerProgram &program = run.integer_model();
  if (!program.front_end.is_set()) return result;
  if (needs_golden) result.golden = golden_windows(run);
  const bool lacks_golden = needs_golden && result.golden.size() == 0;
  std::optional<Confidence> confidence = kept_confidence(run);
  if (lacks_golden || !confidence) {
    // made by an older mote: from its recordings, if they are there
    try {
      RunData data = load_run_data(run);
      if (!confidence) confidence = {data.splits.val.size(), right_answers(program, data.splits.val)};
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
  result.options.stride = stride_of(run);
  if (!confidence || confidence->windows == 0) return result;
  result.options.threshold = threshold_of(confidence->right, kept);
  result.options.threshold_from = fmt::format("{:g} % of the right answers on {} validation windows reach it",
                                              100 * kept, confidence->windows);
  return result;
}

RunExport export_options(const Run &run, double kept) { return read_options(run, kept, true); }

RunExport push_options(const Run &run, double kept) { return read_options(run, kept, false); }

std::string verify_c(const std::string &folder) {
  const TemporaryFolder temporary("mote-selftest");
  const fs::path binary = temporary.path() / "selftest";
  std::vector<std::string> command = {"cc",      "-std=c99", "-O2", "-Wall",
                                      "-Wextra", "-Werror",  "-o",  binary.string()};
  for (const auto &entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".c") command.push_back(entry.path().string());
  const ProcessResult compiled = run_process(command);
  if (compiled.status == -1) return "not verified: there is no C compiler (cc)";
  if (compiled.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "does not compile: " + compiled.output.substr(0, 2000));
  const ProcessResult ran = run_process({binary.string()});
  if (ran.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "fails its self-test: " + ran.output.substr(0, 2000));
  std::string line = ran.output.substr(0, ran.output.find('\n'));
  return "compiled with cc and run: " + line;
}

}  // namespace mote
