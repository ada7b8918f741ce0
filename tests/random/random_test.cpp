// Properties of any program: the .tflite file, the .mote file and the compiled C give the host's bytes.
#include "base/files.h"
#include "base/process.h"
#include "mote/host_program.h"
#include "one_executable.h"
#include "program_runs.h"
#include "random/random_programs.h"
#include "test_support.h"

namespace mote::test {
namespace {

int wanted(const char *variable, int fallback) {
  const char *given = std::getenv(variable);
  return given ? std::atoi(given) : fallback;
}
// More, or other, programs: MOTE_RANDOM_PROGRAMS=5000 MOTE_RANDOM_SEED=1000000 random_test
const int kPrograms = wanted("MOTE_RANDOM_PROGRAMS", 300);
const uint64_t kFirstSeed = static_cast<uint64_t>(wanted("MOTE_RANDOM_SEED", 1));

TEST(RandomPrograms, survive_being_written_and_read_back) {
  std::map<std::string, int> layers;
  size_t several_outputs = 0, uint8_ends = 0;
  for (int n = 0; n < kPrograms; ++n) {
    SCOPED_TRACE("seed " + std::to_string(kFirstSeed + static_cast<uint64_t>(n)));
    const IntegerProgram program = random_program(kFirstSeed + static_cast<uint64_t>(n));
    for (const ProgramLayer &l : program.layers)
      ++layers[l.op + (program.tensor(l.outputs[0]).dtype == DType::kInt16 ? " int16" : "")];
    several_outputs += program.outputs.size() > 1;
    uint8_ends += program.tensor(program.outputs[0]).is_uint8_port;
    HostProgram host(program);
    const auto inputs = random_inputs(host, 3, 7);
    const auto expected = run_all(host, inputs);
    HostProgram read(parse_tflite(format_tflite(program), "x.tflite"));
    ASSERT_EQ(run_all(read, inputs), expected);
    HostProgram saved(std::get<IntegerProgram>(parse_mote(format_mote(program), "x.mote")));
    ASSERT_EQ(run_all(saved, inputs), expected);
    // the packed buffer changes nothing: with every value kept to the end none may share its place
    const IntegerProgram kept = with_all_outputs(program);
    HostProgram apart(kept);
    const auto all = run_all(apart, inputs);
    for (size_t s = 0; s < 3; ++s) {
      size_t at = s * host.output_bytes();
      for (int t : program.outputs) {
        size_t offset = s * apart.output_bytes();
        for (int u : kept.outputs) {
          if (u == t) break;
          offset += kept.tensor(u).bytes();
        }
        const size_t size = program.tensor(t).bytes();
        ASSERT_TRUE(std::equal(expected.begin() + static_cast<long>(at),
                               expected.begin() + static_cast<long>(at + size),
                               all.begin() + static_cast<long>(offset)));
        at += size;
      }
    }
  }
  if (kPrograms < 300) return;
  EXPECT_GT(several_outputs, 30u);
  EXPECT_GT(uint8_ends, 30u);
  EXPECT_GE(layers.size(), 45u) << "some ops are never drawn";
}

TEST(RandomPrograms, give_the_same_bytes_as_compiled_c) {
  TempFolder folder;
  // At other levels: ops_test, and tests/e2e/foreign.sh.
  const std::vector<std::vector<std::string>> compilers = {
      {"gcc", "-O0"}, {"gcc", "-O3"}, {"clang-14", "-O3"}};
  const int count = wanted("MOTE_RANDOM_C", 24);
  OneExecutable all(folder / "");
  for (int n = 0; n < count; ++n) all.add(random_program(kFirstSeed + 5000 + static_cast<uint64_t>(n)), 4);
  int tried = 0;
  for (const auto &compiler : compilers) {
    if (run_process({compiler[0], "--version"}).status != 0) continue;
    const ProcessResult run = all.run(compiler);
    EXPECT_EQ(run.status, 0) << compiler[0] << " " << compiler[1] << "\n" << run.output;
    ++tried;
  }
  EXPECT_GT(tried, 1);
}

// What the interpreter and emulator tests read: NAME.tflite, .in, .out and NAME.tsv, a line for each layer:
// op, inputs and outputs as positions in the list of outputs (-1: a constant, -2 - i: input i).
TEST(RandomPrograms, are_written_for_other_interpreters) {
  const char *folder = std::getenv("MOTE_WRITE_PROGRAMS");
  if (folder == nullptr) GTEST_SKIP() << "MOTE_WRITE_PROGRAMS names no folder";
  fs::create_directories(folder);
  std::string index;
  for (int n = 0; n < kPrograms; ++n) {
    const std::string name = "random_" + std::to_string(kFirstSeed + static_cast<uint64_t>(n));
    const IntegerProgram p = with_all_outputs(random_program(kFirstSeed + static_cast<uint64_t>(n)));
    HostProgram host(p);
    const auto inputs = random_inputs(host, 4, 11), outputs = run_all(host, inputs);
    const auto text = [](const std::vector<uint8_t> &v) {
      return std::string(reinterpret_cast<const char *>(v.data()), v.size());
    };
    std::string graph;
    const auto position = [&](int t) {
      for (size_t i = 0; i < p.outputs.size(); ++i)
        if (p.outputs[i] == t) return static_cast<int>(i);
      for (size_t i = 0; i < p.inputs.size(); ++i)
        if (p.inputs[i] == t) return -2 - static_cast<int>(i);
      return -1;
    };
    for (const ProgramLayer &l : p.layers) {
      graph += l.op + "\t";
      for (int t : l.inputs) graph += std::to_string(t < 0 ? -1 : position(t)) + ",";
      graph += "\t";
      for (int t : l.outputs)
        graph += std::to_string(position(t)) + ":" + std::to_string(p.tensor(t).bytes()) + ":" +
                 dtype_name(p.tensor(t).port_dtype()) + ",";
      graph += "\n";
    }
    const fs::path base = fs::path(folder) / name;
    write_file(base.string() + ".tflite", format_tflite(p));
    write_file(base.string() + ".in", text(inputs));
    write_file(base.string() + ".out", text(outputs));
    write_file(base.string() + ".tsv", graph);
    index +=
        name + "\t" + std::to_string(host.input_bytes()) + "\t" + std::to_string(host.output_bytes()) + "\n";
  }
  write_file(fs::path(folder) / "index.tsv", index);
}

}  // namespace
}  // namespace mote::test
