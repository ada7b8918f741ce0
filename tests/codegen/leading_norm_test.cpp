// A batch normalization in front has moved into the normalization of the front end: the compiled C and the
// .tflite of such a model answer as the library does, and as the float model that still has the layer.
#include <algorithm>
#include <cmath>

#include "codegen/c_package.h"
#include "features/preprocessing.h"
#include "features/quantization.h"
#include "mote/host_program.h"

namespace mote::test {
namespace {

struct LeadingNorm {
  Splits data = toy_splits(3, 20, 3, 40);
  TrainedRun run;
  // One channel in another unit, so that int8 without the folding would not tell the others apart.
  explicit LeadingNorm(const std::string &normalize, std::vector<Layer> layers) {
    for (Dataset *set : {&data.train, &data.val, &data.test})
      for (size_t i = 0; i < set->values.size(); i += 3) set->values[i] *= 10000;
    run = train(sequential("net", {20, 3}, std::move(layers)), data,
                {.epochs = 30, .batch = 8, .optimizer = Adam{1e-2f}, .normalize = normalize});
  }
};

class LeadingNormExport : public ::testing::TestWithParam<std::string> {};

TEST_P(LeadingNormExport, c_and_tflite_answer_as_the_library_and_the_float_model) {
  const BatchNorm norm{.momentum = 0.8};
  const LeadingNorm made(GetParam(), {norm, Conv1D{6, 3, relu}, Flatten{}, Dense{3, softmax}});
  const IntegerProgram program = quantize(made.run.model, {made.data.train});
  for (const ProgramLayer &l : program.layers) ASSERT_NE(l.op, "depthwise_conv2d");  // as one that stays is
  CPackage package(program, {.golden_count = 1});
  HostProgram host(program), from_tflite(parse_tflite(format_tflite(program), "x"));
  const Dataset &windows = made.data.test;
  const std::vector<float> probabilities = answers(made.run.model, windows).probabilities;
  std::string commands;
  for (size_t i = 0; i < windows.size(); ++i) {
    const float *window = windows.example(i);
    commands += "w" + words(std::vector<float>(window, window + windows.example_floats())) + "\n";
  }
  const std::vector<std::string> lines = package.run(commands);
  ASSERT_EQ(lines.size(), windows.size());
  size_t near = 0;
  for (size_t i = 0; i < windows.size(); ++i) {
    std::vector<int8_t> expected(3), x(windows.example_floats()), y(3);
    host.predict(windows.example(i), expected.data());
    const int answer = std::max_element(expected.begin(), expected.end()) - expected.begin();
    std::vector<int> all = {answer};
    all.insert(all.end(), expected.begin(), expected.end());
    EXPECT_EQ(numbers(lines[i]), all) << i;
    const FrontEnd front_end(program.front_end);
    std::vector<float> work(front_end.plan().floats);
    front_end.quantize(windows.example(i), work.data(), x.data());
    from_tflite.invoke(x.data(), y.data());
    EXPECT_EQ(y, expected) << i;
    double furthest = 0;
    for (size_t k = 0; k < 3; ++k)
      furthest = std::max(furthest, std::fabs((expected[k] + 128) / 256.0 - probabilities[3 * i + k]));
    near += furthest < 0.15;
  }
  EXPECT_GE(near, windows.size() * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(Normalizations, LeadingNormExport, ::testing::Values("none", "channel", "feature"),
                         [](const auto &c) { return c.param; });

}  // namespace
}  // namespace mote::test
