// The recorded outputs of TensorFlow Lite Micro, byte for byte, for every model whose ops exist.
#include <fstream>
#include <sstream>

#include "base/files.h"
#include "mote/host_program.h"
#include "test_support.h"

namespace mote {
namespace {

struct Golden {
  std::string name, model;
};

std::vector<Golden> all_golden() {
  std::vector<Golden> list;
  const std::string data = test::shared_data();
  std::ifstream index(data + "/golden/index.tsv");
  for (std::string line; std::getline(index, line);) {
    std::istringstream fields(line);
    Golden g;
    std::getline(fields, g.name, '\t');
    std::getline(fields, g.model, '\t');
    if (g.name != "name") list.push_back(g);
  }
  return list;
}

class TflmGolden : public ::testing::TestWithParam<Golden> {};

TEST_P(TflmGolden, is_reproduced_byte_for_byte) {
  const std::string folder = test::shared_data() + "/golden/";
  // every op of the recorded models exists, so a refusal is a failure
  HostProgram host(std::get<IntegerProgram>(load(folder + GetParam().model)));
  const std::string inputs = read_file(folder + GetParam().name + ".in"),
                    expected = read_file(folder + GetParam().name + ".tflm.out");
  const size_t samples = inputs.size() / host.input_bytes();
  ASSERT_GT(samples, 0u);
  ASSERT_EQ(samples * host.output_bytes(), expected.size());
  std::string got(expected.size(), '\0');
  for (size_t i = 0; i < samples; ++i)
    host.invoke(inputs.data() + i * host.input_bytes(), got.data() + i * host.output_bytes());
  size_t different = 0;
  for (size_t i = 0; i < got.size(); ++i) different += got[i] != expected[i];
  EXPECT_EQ(different, 0u) << "of " << got.size() << " output bytes";
}

INSTANTIATE_TEST_SUITE_P(Models, TflmGolden, ::testing::ValuesIn(all_golden()),
                         [](const auto &c) { return c.param.name; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TflmGolden);

TEST(Golden, every_model_is_covered) {
  MOTE_NEED_SHARED_DATA();
  EXPECT_GE(all_golden().size(), 27u);
  for (const Golden &g : all_golden())
    EXPECT_TRUE(std::holds_alternative<IntegerProgram>(load(test::shared_data() + "/golden/" + g.model)))
        << g.name;
}

TEST(Golden, float_and_hybrid_models_are_refused_with_that_word) {
  MOTE_NEED_SHARED_DATA();
  const std::string models = test::shared_data() + "/mlperf_tiny/models/";
  EXPECT_ERROR(load(models + "ad01_fp32.tflite"), "float32");
  EXPECT_ERROR(load(models + "kws_ref_model_float32.tflite"), "hybrid");
}

}  // namespace
}  // namespace mote
