// Ten training steps of the two reference networks against PyTorch (recorded/record_torch.py).
#include <cmath>

#include "data/npy.h"
#include "test_support.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace mote {
namespace {

// mote's momentum form differs from PyTorch's by where the rate enters: v = m v - rate g against v = m v + g;
// w -= rate v. With a constant rate both give the same weights.
void compare(const std::string &file, const std::vector<Layer> &layers, const Optimizer &optimizer,
             int threads) {
  auto arrays = read_npz(std::string(MOTE_SOURCE_DIR) + "/tests/train/recorded/" + file);
  Model model = sequential("net", {100, 3}, layers);
  for (size_t i = 0; i < model.graph.params.size(); ++i) {
    const NpyArray &w = arrays.at("w" + std::to_string(i));
    ASSERT_EQ(w.values.size(), model.graph.params[i].data.size());
    std::copy(w.values.begin(), w.values.end(), model.graph.params[i].data.begin());
  }
  constexpr int kBatch = 16, kSteps = 10, kInput = 300;
  ThreadPool pool(threads);
  Network network(model.graph, kBatch, 7, pool);
  OptimizerState state(optimizer, network.gradients().size());
  const auto near = [&](const std::vector<float> &flat, const std::string &prefix, const std::string &suffix,
                        double tolerance) {
    size_t at = 0;
    for (size_t i = 0; i < model.graph.params.size(); ++i) {
      const auto &expected = arrays.at(prefix + std::to_string(i) + suffix).values;
      for (size_t k = 0; k < expected.size(); ++k, ++at)
        ASSERT_NEAR(flat[at], expected[k], tolerance * (1e-2 + std::fabs(expected[k])))
            << prefix << i << suffix << "[" << k << "]";
    }
  };
  for (int step = 0; step < kSteps; ++step) {
    int classes[kBatch];
    for (int r = 0; r < kBatch; ++r)
      classes[r] = static_cast<int>(arrays.at("y").values[static_cast<size_t>(step * kBatch + r)]);
    const auto from = arrays.at("x").values.begin() + step * kBatch * kInput;
    std::copy(from, from + kBatch * kInput, network.input());
    const StepResult result = network.step(kBatch, {classes}, {}, static_cast<uint64_t>(step));
    EXPECT_NEAR(result.loss_sum / kBatch, arrays.at("loss").values[static_cast<size_t>(step)], 2e-6);
    if (step == 0) near(network.gradients(), "g", "_first", 2e-5);
    if (step == kSteps - 1) near(network.gradients(), "g", "_last", 2e-4);
    state.apply(optimizer, network.gradients(), network.weights());
  }
  near(network.weights(), "v", "", 1e-3);
}

const std::vector<Layer> kDense = {Flatten{}, Dense{32, relu}, Dense{16, relu}, Dense{3, softmax}};
const std::vector<Layer> kConv = {Conv1D{8, 5, relu}, MaxPool1D{2},    Conv1D{16, 3, relu},
                                  Flatten{},          Dense{16, relu}, Dense{3, softmax}};

TEST(Torch, dense_network_with_adam) { compare("dense_adam.npz", kDense, Adam{1e-3f}, 1); }
TEST(Torch, conv_network_with_adam) { compare("conv_adam.npz", kConv, Adam{1e-3f}, 2); }
TEST(Torch, conv_network_with_momentum) { compare("conv_sgd.npz", kConv, Sgd{1e-2f, 0.9f}, 3); }

}  // namespace
}  // namespace mote
