// forms CORE [FORM...]: layers with the pattern of each packed form on an emulated core, beside the same
// layer on plain weights. Prints a line of JSON for each: bytes, instructions of the layer, and of each
// function within it, counted one by one (the emulator names the function of every instruction that it runs).
//
// "fit FIRST END" behind CORE: layers of many sizes, with how often the loops of their routines run (fit.py).
#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "device/firmware_build.h"
#include "device/work.h"
#include "graph/cost.h"
#include "graph/op_def.h"
#include "mote/mote.h"
#include "packed_weights.h"

using namespace mote;
using namespace mote::test;
using nlohmann::json;

namespace {

Attrs strided(int stride, const char *padding) {
  return {{"padding", std::string(padding)}, {"strides", std::vector<int64_t>{stride, stride}}};
}

// What the table is of: a pointwise layer, one of 3 x 3, one over time, a dense one.
std::vector<std::pair<std::string, PatternedLayer>> table() {
  return {
      {"conv2d 1x1, 64 -> 64", {"conv2d", {1, 4, 5, 64}, {64, 1, 1, 64}, {1, 4, 5, 64}, strided(1, "valid")}},
      {"conv2d 3x3, 16 -> 32", {"conv2d", {1, 6, 6, 16}, {32, 3, 3, 16}, {1, 6, 6, 32}, strided(1, "same")}},
      {"conv1d 5, 32 -> 32", {"conv2d", {1, 1, 24, 32}, {32, 1, 5, 32}, {1, 1, 20, 32}, strided(1, "valid")}},
      {"dense 256 -> 64", {"dense", {1, 256}, {64, 256}, {1, 64}, {}}}};
}

PatternedLayer drawn(uint64_t seed) {
  Random random(seed);
  const auto between = [&](int low, int high) {
    return low + static_cast<int>(random.below(static_cast<uint64_t>(high - low + 1)));
  };
  if (seed % 4 == 0) {
    const int in = between(8, 300), out = between(4, 100);
    return {"dense", {1, in}, {out, in}, {1, out}, {}};
  }
  const int h = between(1, 6), w = between(2, 8), c = seed % 4 == 1 ? between(3, 40) : 8 * between(1, 10),
            out = between(4, 70);
  if (seed % 4 == 1) {
    const int k = between(1, 5), t = between(k, 24);
    return {"conv2d", {1, 1, t, c}, {out, 1, k, c}, {1, 1, t - k + 1, out}, strided(1, "valid")};
  }
  const int k = seed % 4 == 2 ? 1 : 3;
  return {"conv2d", {1, h, w, c}, {out, k, k, c}, {1, h, w, out}, strided(1, "same")};
}

// Instructions by the function that they are of, in all calls of the firmware.
std::map<std::string, uint64_t> functions(const FirmwareBuild &build, const Core &core) {
  const fs::path log = build.folder() / "functions";
  std::string command;
  for (const std::string &word : emulate_command(core, (build.folder() / "firmware.elf").string()))
    command += "'" + word + "' ";
  command = "cd '" + build.folder().string() + "' && " + command +
            " -singlestep -d exec,nochain -D /dev/stderr 2>&1 >/dev/null | awk '/^Trace/ {++n[$NF]} END {for "
            "(f in n) "
            "print f, n[f]}' >'" +
            log.string() + "'";
  if (std::system(command.c_str()) != 0) throw Error(ErrorCode::kIo, "emulator", "gives no trace");
  std::map<std::string, uint64_t> found;
  std::ifstream lines(log);
  std::string name;
  uint64_t count = 0;
  while (lines >> name >> count) found[name] = count;
  return found;
}

json measured(const Core &core, const IntegerProgram &program, bool has_functions) {
  MeasureOptions options;
  options.has_layers = true;
  options.c.golden_count = 1;
  const Measurement m = measure(program, core, options);
  const ProgramLayer &l = program.layers[0];
  json calls = json::array();
  const auto outputs = static_cast<double>(program.tensor(l.outputs[0]).shape.elements());
  const auto macs = static_cast<double>(cost_of(program, l).macs);
  for (const CCall &call : op_by_name(l.op).c.get()(program, l)) {
    json parts = json::object();
    for (const auto &[part, count] : work_of(call, products_of_core(core.name), macs, outputs))
      if (count > 0) parts[part] = count;
    calls.push_back({{"routine", call.routine}, {"parts", parts}});
  }
  json j = {{"net", program.name},
            {"layers", {{{"calls", calls}, {"instructions", m.layer_instructions.at(0)}}}},
            {"around", {{"routine", "invoke"}, {"parts", json::object()}, {"instructions", 0}}},
            {"instructions", m.layer_instructions.at(0)},
            {"weights", program.tensor(l.inputs[1]).bytes()},
            {"code_bytes", m.footprint.code_bytes},
            {"stack_bytes", m.stack_bytes},
            {"wrong", m.wrong}};
  if (has_functions) {
    const FirmwareBuild build(program, core, FirmwareKind::kMeasure, options);
    build.make();
    for (const auto &[name, count] : functions(build, core))
      if (name.starts_with("mote_")) j["functions"][name] = count;
  }
  return j;
}

}  // namespace

int main(int argc, char **argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const Core &core = core_by_name(words.at(0));
  const bool is_fit = words.size() > 1 && words[1] == "fit";
  try {
    std::vector<json> plain;
    for (const auto &[name, layer] : table())
      if (!is_fit) plain.push_back(measured(core, patterned_layer(layer, "", 7), true));
    for (const Storage *form : packed_forms()) {
      const bool is_named = std::find(words.begin(), words.end(), form->name) != words.end();
      if (words.size() > (is_fit ? 4u : 1u) && !is_named) continue;
      const std::vector<std::string> forms = {form->name};
      for (size_t i = 0; !is_fit && i < table().size(); ++i) {
        const IntegerProgram packed =
            packed_program(patterned_layer(table()[i].second, form->name, 7), forms);
        std::cout << json{{"layer", table()[i].first},
                          {"form", form->name},
                          {"plain", plain[i]},
                          {"packed", measured(core, packed, true)}}
                         .dump()
                  << std::endl;
      }
      for (uint64_t seed = is_fit ? std::stoull(words.at(2)) : 1; is_fit && seed < std::stoull(words.at(3));
           ++seed)
        std::cout << measured(core, packed_program(patterned_layer(drawn(seed), form->name, seed), forms),
                              false)
                         .dump()
                  << std::endl;
    }
  } catch (const Error &e) {
    std::cerr << e.what() << "\n";
    return 1;
  }
}
