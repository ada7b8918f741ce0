// A program through .tflite and back gives the same bytes, and a damaged file is refused or runs.
//
// Op by op this is tests/ops/ops_test.cpp; by the standard interpreter, tests/e2e/litert_ops.sh.
#include <set>

#include "base/files.h"
#include "mote/host_program.h"
#include "trained_program.h"

namespace mote {
namespace {

using test::TempFolder;

class TfliteOfProgram : public test::TrainedProgram {};

TEST_F(TfliteOfProgram, gives_the_same_bytes_and_tells_what_it_leaves_out) {
  TempFolder folder;
  const std::string path = (folder / "out/m.tflite").string();
  export_tflite(*program_, path);
  HostProgram back(std::get<IntegerProgram>(load(path))), host(*program_);
  std::vector<int8_t> input(host.input_bytes()), a(host.output_bytes()), b(host.output_bytes());
  Random random(1);
  for (int n = 0; n < 50; ++n) {
    for (int8_t &v : input) v = static_cast<int8_t>(random.below(256));
    host.invoke(input.data(), a.data());
    back.invoke(input.data(), b.data());
    EXPECT_EQ(a, b);
  }
  const std::string readme = read_file(folder / "out/m_README.md");
  EXPECT_NE(readme.find("normalization is not in this file"), std::string::npos);
  EXPECT_NE(read_file(path).find("mote.front_end"), std::string::npos);
}

TEST_F(TfliteOfProgram, says_nothing_twice_and_names_only_its_ports) {
  const std::string lean = format_tflite(*program_), named = format_tflite(*program_, {.keep_names = true});
  EXPECT_LT(lean.size(), named.size());
  const IntegerProgram a = parse_tflite(lean, "lean"), b = parse_tflite(named, "named");
  const auto names = [](const IntegerProgram &p) {
    std::set<std::string> all;
    for (const ProgramTensor &t : p.tensors) all.insert(t.name);
    return all;
  };
  for (int port : {program_->inputs[0], program_->outputs[0]}) {
    const std::string &name = program_->tensor(port).name;
    EXPECT_TRUE(names(a).contains(name)) << name;
    EXPECT_TRUE(names(b).contains(name)) << name;
  }
  for (const ProgramTensor &t : program_->tensors)
    if (t.is_constant) EXPECT_TRUE(names(b).contains(t.name)) << t.name;
  // the zero points of 16 channels, eight bytes each, are there once
  const std::string zeros(16 * 8, '\0');
  size_t runs = 0;
  for (size_t at = lean.find(zeros); at != std::string::npos; at = lean.find(zeros, at + zeros.size()))
    ++runs;
  EXPECT_LE(runs, 1u);
}

TEST_F(TfliteOfProgram, every_cut_and_many_flips_of_a_tflite_are_refused_or_run) {
  const std::string bytes = format_tflite(*program_);
  for (size_t n = 0; n < bytes.size(); n += 13)
    EXPECT_THROW(parse_tflite(bytes.substr(0, n), "x"), Error) << n;
  Random random(2);
  for (int round = 0; round < 3000; ++round) {
    std::string broken = bytes;
    for (int k = 0; k < 3; ++k) broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    try {
      HostProgram host(parse_tflite(broken, "x"));
      std::vector<uint8_t> in(host.input_bytes()), out(host.output_bytes());
      host.invoke(in.data(), out.data());
    } catch (const Error &) {
    }
  }
}

}  // namespace
}  // namespace mote
