#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "base/process.h"
#include "mote_runtime.h"
#include "runs/json_file.h"
#include "workflow/workflow.h"

namespace mote {

using nlohmann::json;

void note_export(const RunFolder &run, const std::string &format, const std::string &path,
                 const std::string &verified) {
  const fs::path file = fs::path(run.path) / "exports.json";
  json list = read_json(file);
  if (!list.is_array()) list = json::array();
  json kept = json::array();
  for (const json &e : list)
    if (e.at("format") != format || e.at("path") != path) kept.push_back(e);
  kept.push_back({{"format", format}, {"path", path}, {"verified", verified}});
  write_file(file, json_text(kept));
}

std::optional<double> choose_threshold(const IntegerProgram &program, const Dataset &examples, double kept) {
  const ProgramTensor &output = program.tensor(program.outputs[0]);
  if (!program.front_end.is_set() || !program.states.empty() || output.dtype != DType::kInt8 ||
      !output.quant.is_set() || output.quant.scale[0] != 1.0f / 256)
    return {};
  HostProgram host(program);
  const int count = static_cast<int>(output.shape.elements());
  std::vector<int8_t> scores(static_cast<size_t>(count));
  std::vector<int> right;  // probabilities of right answers, of 256
  for (size_t i = 0; i < examples.size(); ++i) {
    host.predict(examples.example(i), scores.data());
    const int best = count == 1 ? scores[0] > decision_threshold(output) : argmax_s8(scores.data(), count);
    int probability = scores[count == 1 ? 0 : static_cast<size_t>(best)] + 128;
    if (count == 1 && best == 0) probability = 256 - probability;
    if (best == examples.classes[i]) right.push_back(probability);
  }
  if (right.empty()) return {};
  std::sort(right.begin(), right.end());
  const auto lost =
      std::min(right.size() - 1, static_cast<size_t>((1 - kept) * static_cast<double>(right.size())));
  // a stream has windows between two classes, which no validation set has: certainty is not asked for
  constexpr double kMost = 0.9;
  return std::min(kMost, right[lost] / 256.0);
}

ExportCOptions export_options(const RunFolder &run, const IntegerProgram &program, const Splits &splits,
                              double kept) {
  ExportCOptions o;
  if (!program.front_end.is_set()) return o;
  o.golden_from = splits.test.size() > 0 ? &splits.test : &splits.train;
  const int stride = project_of(run).load.stride;  // of windows that overlap; else the exporter's choice
  o.stride = stride > 0 && stride < program.front_end.window ? stride : 0;
  if (splits.val.size() == 0) return o;
  o.threshold = choose_threshold(program, splits.val, kept);
  o.threshold_from = fmt::format("{:g} % of the right answers on {} validation windows reach it", 100 * kept,
                                 splits.val.size());
  return o;
}

std::string verify_c(const std::string &folder) {
  const fs::path binary = fs::temp_directory_path() / fmt::format("mote-selftest-{}", ::getpid());
  std::vector<std::string> command = {"cc",      "-std=c99", "-O2", "-Wall",
                                      "-Wextra", "-Werror",  "-o",  binary.string()};
  for (const auto &entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".c") command.push_back(entry.path().string());
  const ProcessResult compiled = run_process(command);
  if (compiled.status == -1) return "not verified: there is no C compiler (cc)";
  if (compiled.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "does not compile: " + compiled.output.substr(0, 2000));
  const ProcessResult ran = run_process({binary.string()});
  std::error_code ignored;
  fs::remove(binary, ignored);
  if (ran.status != 0)
    throw Error(ErrorCode::kDataFormat, folder, "fails its self-test: " + ran.output.substr(0, 2000));
  std::string line = ran.output.substr(0, ran.output.find('\n'));
  return "compiled with cc and run: " + line;
}

}  // namespace mote
