// Means have an int8 scale of their own: where one value in a thousand is twenty times as large as the
// others, they keep their eight bits.
#include <cmath>

#include "mote/host_program.h"
#include "quant/quantize.h"
#include "test_support.h"

namespace mote {
namespace {

// Two channels of noise about their own means, with a rare spike.
Dataset spiked(int examples) {
  Dataset set;
  set.window = 40;
  set.channels = 2;
  set.labels = {"low", "high"};
  set.channel_names = {"x", "y"};
  Random random(3);
  for (int e = 0; e < examples; ++e) {
    const int k = e % 2;
    for (int t = 0; t < 40; ++t)
      for (int c = 0; c < 2; ++c) {
        const double spike = random.below(1000) == 0 ? 100 : 0;
        set.values.push_back(static_cast<float>(spike + 0.4 * k + 0.3 * c + random.normal()));
      }
    set.classes.push_back(k);
  }
  return set;
}

TEST(GlobalAverage, has_a_scale_of_its_own) {
  const Dataset set = spiked(60);
  for (const bool is_image : {false, true}) {
    std::vector<Layer> layers = {GlobalAveragePool1D{}};
    if (is_image)
      layers = {Layer{"reshape", {{"shape", std::vector<int64_t>{8, 5, 2}}}}, GlobalAveragePool2D{}};
    Model model = sequential("means", {40, 2}, layers);
    model = untrained(model, set, {.target = ModelTarget::kValues, .normalize = "none"});
    const IntegerProgram program = quantize(model, QuantizeOptions{set, {}});
    const ProgramTensor &x = program.tensor(program.inputs[0]), &y = program.tensor(program.outputs[0]);
    EXPECT_GT(x.quant.scale[0], 20 * y.quant.scale[0]);
    HostProgram host(program);
    double largest = 0;
    for (size_t e = 0; e < set.size(); ++e) {
      std::vector<int8_t> in(80), out(2);
      double sum[2] = {};
      for (size_t i = 0; i < 80; ++i) {
        const double q = std::clamp(
            std::round(static_cast<double>(set.example(e)[i]) / static_cast<double>(x.quant.scale[0])) +
                x.quant.zero_point[0],
            -128.0, 127.0);
        in[i] = static_cast<int8_t>(q);
        sum[i % 2] += (q - x.quant.zero_point[0]) * static_cast<double>(x.quant.scale[0]) / 40;
      }
      host.invoke(in.data(), out.data());
      for (size_t c = 0; c < 2; ++c) {
        const double exact = sum[c] / static_cast<double>(y.quant.scale[0]) + y.quant.zero_point[0];
        largest = std::max(largest, std::fabs(std::clamp(exact, -128.0, 127.0) - out[c]));
      }
    }
    EXPECT_LE(largest, 0.51);  // of its own, finer steps
  }
}

}  // namespace
}  // namespace mote
