// Exported C: compiles strictly with each compiler, equals the host, has no heap, no stdio and the planned
// buffer.
//
// What its functions promise to a firmware is c_package_test.cpp.
#include "base/files.h"
#include "base/process.h"
#include "base/zip.h"
#include "mote/host_program.h"
#include "test_support.h"
#include "trained_program.h"

namespace mote {
namespace {

using test::TempFolder;

class Exports : public test::TrainedProgram {};

TEST_F(Exports, c_compiles_strictly_everywhere_and_equals_the_host) {
  TempFolder folder;
  const std::string out = (folder / "c").string();
  const ExportedC made = export_c(*program_, out, {.golden_from = &data_->test, .golden_count = 12});
  EXPECT_EQ(made.buffer_bytes, HostProgram(*program_).plan().bytes);
  EXPECT_NE(verify_c(out).find("12 of 12"), std::string::npos);
  std::vector<std::string> sources;
  for (const auto &entry : fs::directory_iterator(out))
    if (entry.path().extension() == ".c") sources.push_back(entry.path().string());
  const std::vector<std::vector<std::string>> compilers = {
      {"gcc"},
      {"clang-14"},
      {"arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"},
      {"arm-none-eabi-gcc", "-mcpu=cortex-m0plus", "-mthumb"},
      {"arm-none-eabi-gcc", "-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"},
      {"riscv64-unknown-elf-gcc", "-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"}};
  for (const std::vector<std::string> &kind : compilers) {
    const std::string &compiler = kind[0];
    if (compiler != "gcc" && run_process({compiler, "--version"}).status != 0) continue;
    for (const char *level : {"-O3", "-Os"})
      for (const std::string &source : sources) {
        std::vector<std::string> command = {compiler,
                                            "-std=c99",
                                            level,
                                            "-Wall",
                                            "-Wextra",
                                            "-Wpedantic",
                                            "-Wconversion",
                                            "-Wno-sign-conversion",
                                            "-Werror",
                                            "-c",
                                            source,
                                            "-o",
                                            (folder / "x.o").string()};
        if (source.ends_with("/selftest.c") && kind.size() > 1) continue;  // it is for a computer
        command.insert(command.end(), kind.begin() + 1, kind.end());
        const ProcessResult r = run_process(command);
        EXPECT_EQ(r.status, 0) << compiler << " " << level << "\n" << r.output;
      }
  }
  // an optimizing compiler of another make gives the same bytes
  if (run_process({"clang-14", "--version"}).status == 0)
    for (const char *level : {"-O0", "-O3"}) {
      std::vector<std::string> command = {"clang-14", "-std=c99", level, "-o", (folder / "t").string()};
      command.insert(command.end(), sources.begin(), sources.end());
      ASSERT_EQ(run_process(command).status, 0);
      EXPECT_EQ(run_process({(folder / "t").string()}).status, 0);
    }
}

TEST_F(Exports, c_has_no_heap_no_stdio_and_the_planned_buffer) {
  TempFolder folder;
  const std::string out = (folder / "c").string();
  const ExportedC made = export_c(*program_, out);
  std::string symbols;
  size_t ram = 0;
  for (const auto &entry : fs::directory_iterator(out)) {
    if (entry.path().extension() != ".c" || entry.path().filename() == "selftest.c" ||
        entry.path().filename() == "model_selftest.c" || entry.path().filename() == "stream.c")
      continue;  // statics of their own
    const std::string object = (folder / (entry.path().stem().string() + ".o")).string();
    ASSERT_EQ(
        run_process({"gcc", "-std=c99", "-O2", "-ffreestanding", "-c", entry.path().string(), "-o", object})
            .status,
        0);
    symbols += run_process({"nm", "-u", object}).output;
    const std::string size = run_process({"size", "-A", object}).output;
    for (const char *section : {".data ", ".bss "}) {
      const size_t at = size.find(section);
      if (at != std::string::npos) ram += std::stoul(size.substr(at + 6));
    }
  }
  for (const char *banned : {"malloc", "free", "printf", "puts", "exp", "roundf", "lround", "memcpy"})
    EXPECT_EQ(symbols.find(banned), std::string::npos) << banned << "\n" << symbols;
  EXPECT_EQ(ram, made.buffer_bytes);
}

// A network of the layers beyond the gesture network's, with branches: trained, quantized and through every
// door.
TEST(Road, is_open_to_every_layer) {
  const Splits data = test::toy_splits(3, 20, 3, 12);
  const Model model = sequential(
      "all", {20, 3},
      {Layer(Conv1D{.filters = 6, .kernel = 3, .padding = causal}).named("conv"),
       Layer{"hard_swish", {}},
       DepthwiseConv1D{.kernel = 3, .padding = same},
       LeakyReLU{},
       Layer(SeparableConv1D{.filters = 6, .kernel = 3, .padding = same}).named("left"),
       Layer(Add{relu6}).from({"left", "conv"}).named("sum"),
       ZeroPadding1D{1, 1},
       Cropping1D{2, 0},
       Layer(Reshape{{5, 4, 6}}).named("image"),
       Layer(Conv2D{.filters = 4, .kernel = {3, 2}, .padding = same}),
       Layer(DepthwiseConv2D{.kernel = 3, .multiplier = 2, .padding = same}).named("deep"),
       Layer(Conv2D{.filters = 8, .kernel = 1, .activation = sigmoid}).from({"image"}).named("gate"),
       Layer(Multiply{}).from({"deep", "gate"}).named("gated"),
       Layer(AveragePool2D{.pool = 3, .stride = 1, .padding = same}).from({"gate"}).named("mean"),
       Tanh{},
       Layer(Concatenate{}).from({"gated", "tanh"}),
       ZeroPadding2D{0, 1, 1, 0},
       Cropping2D{1, 0, 0, 1},
       SeparableConv2D{.filters = 8, .kernel = 3},
       Layer{"max_pool2d", {{"pool", int64_t{2}}, {"padding", std::string("same")}}},
       Abs{},
       GlobalAveragePool2D{},
       Square{},
       Dense{3, softmax}});
  const TrainedRun run = train(model, data, {.epochs = 4, .threads = 1});
  const IntegerProgram q = quantize(run.model, {data.train});
  const std::vector<int8_t> outputs = integer_outputs(q, data.test);
  const std::vector<float> floats = float_outputs(run.model, data.test, true);
  for (size_t i = 0; i < outputs.size(); ++i)
    ASSERT_NEAR((outputs[i] + 128) / 256.0, static_cast<double>(floats[i]), 0.08);
  EXPECT_EQ(integer_outputs(std::get<IntegerProgram>(parse_mote(format_mote(q), "x")), data.test), outputs);
  HostProgram host(q), read(parse_tflite(format_tflite(q), "x.tflite"));
  std::vector<int8_t> x(host.input_bytes()), a(3), b(3);
  Random random(5);
  for (int n = 0; n < 20; ++n) {
    for (int8_t &v : x) v = static_cast<int8_t>(random.below(256));
    host.invoke(x.data(), a.data());
    read.invoke(x.data(), b.data());
    EXPECT_EQ(a, b);
  }
  TempFolder folder;
  export_c(q, (folder / "c").string(), {.golden_from = &data.test, .golden_count = 8});
  EXPECT_NE(verify_c((folder / "c").string()).find("8 of 8"), std::string::npos);
  const Model saved = std::get<Model>(parse_mote(format_mote(run.model), "x"));
  EXPECT_EQ(evaluate(saved, data.test).predicted, evaluate(run.model, data.test).predicted);
}

TEST_F(Exports, a_foreign_folder_is_not_touched) {
  TempFolder folder;
  write_file(folder / "mine.txt", "precious");
  EXPECT_ERROR(export_c(*program_, folder.text()), "is not empty and was not written by mote export");
  EXPECT_NO_THROW(export_c(*program_, folder.text(), {.force = true}));
  EXPECT_EQ(read_file(folder / "mine.txt"), "precious");
  EXPECT_NO_THROW(export_c(*program_, folder.text()));  // ours now
  EXPECT_ERROR(export_c(*program_, (folder / "mine.txt").string()), "not a folder");
  EXPECT_THROW(export_c(*program_, "/proc/nowhere/c"), Error);
}

TEST_F(Exports, any_name_gives_valid_c) {
  IntegerProgram program = *program_;
  for (const char *name : {"3 axis / gr\xC3\xBC\xC3\x9F */ \"x\"", "int", "", "a-b"}) {
    TempFolder folder;
    program.name = name;
    program.labels = {"a\"b", "c\\d", "e\n?\?/f\xC3\xBC"};
    export_c(program, (folder / "c").string());
    EXPECT_NE(verify_c((folder / "c").string()).find("of 16 golden vectors equal"), std::string::npos)
        << name;
  }
}

}  // namespace
}  // namespace mote
