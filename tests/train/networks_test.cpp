// Ten training steps of the published networks against PyTorch (recorded/record_networks.py).
#include <cmath>

#include "data/npy.h"
#include "test_support.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace mote {
namespace {

constexpr int kSteps = 10, kSigns = 8;
constexpr uint64_t kData = 1000, kClasses = 2000, kSignStream = 5000;

// The script's uniform(): splitmix64 of (stream, index), -1 .. 1 in steps of 2^-23.
std::vector<float> uniform(uint64_t stream, size_t count) {
  std::vector<float> v(count);
  for (size_t i = 0; i < count; ++i) {
    uint64_t z = (stream << 32) + i + 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z = z ^ (z >> 31);
    v[i] = static_cast<float>(static_cast<double>(z >> 40) / 8388608 - 1);
  }
  return v;
}

struct Recorded {
  std::map<std::string, NpyArray> arrays;
  const std::vector<double> &at(const std::string &name, size_t param, const std::string &suffix = "") const {
    return arrays.at(name + std::to_string(param) + suffix).values;
  }

  // Random signs times the values, as the script sums them; one wrong value moves every sum.
  void expect_sums(const std::string &name, size_t param, const float *values, size_t count, double tolerance,
                   const std::string &what) const {
    const std::vector<float> u = uniform(kSignStream + param, kSigns * count);
    double norm = 1e-12;
    for (size_t k = 0; k < count; ++k)
      norm += static_cast<double>(values[k]) * static_cast<double>(values[k]);
    for (size_t s = 0; s < kSigns; ++s) {
      double sum = 0;
      for (size_t k = 0; k < count; ++k)
        sum += (u[s * count + k] >= 0 ? 1.0 : -1.0) * static_cast<double>(values[k]);
      EXPECT_NEAR(sum, at(name, param, "_dot")[s], tolerance * std::sqrt(norm) + 1e-6) << name << " " << what;
    }
  }

  void expect_gradient(const std::string &name, size_t param, const float *values, size_t count,
                       double tolerance, const std::string &what) const {
    const double top = at(name, param, "_max")[0];
    if (top < 1e-5) return;  // zero but for rounding: a bias before a batch normalization
    const std::vector<double> &rounded = at(name, param);
    ASSERT_EQ(rounded.size(), count);
    size_t wrong = 0;
    for (size_t k = 0; k < count; ++k)
      wrong +=
          std::fabs(static_cast<double>(values[k]) - rounded[k] / 127 * top) > top * (0.5 / 127 + tolerance);
    EXPECT_EQ(wrong, 0u) << name << " " << what << " of " << count;
    expect_sums(name, param, values, count, tolerance, what);
  }
};

void compare(const std::string &name, int batch, const Optimizer &optimizer, double tolerance) {
  const Recorded r{read_npz(std::string(MOTE_SOURCE_DIR) + "/tests/train/recorded/" + name + ".npz")};
  Preset net = preset(name);
  std::erase_if(net.layers, [](const Layer &l) { return l.type == "dropout"; });
  Model model = sequential(name, net.input, net.layers);
  std::vector<Parameter> &params = model.graph.params;
  ASSERT_EQ(params.size(), r.arrays.at("scale").values.size());
  for (size_t i = 0; i < params.size(); ++i) {
    params[i].l2 = 0;
    const auto offset = static_cast<float>(r.arrays.at("offset").values[i]),
               scale = static_cast<float>(r.arrays.at("scale").values[i]);
    const std::vector<float> u = uniform(i, params[i].data.size());
    for (size_t k = 0; k < u.size(); ++k) params[i].data[k] = offset + scale * u[k];
  }
  ThreadPool pool(2);
  const bool is_autoencoder = name == "autoencoder";
  Network network(model.graph, batch, 7, pool,
                  {.loss = {is_autoencoder ? LossType::kMse : LossType::kCategoricalCrossentropy}});
  OptimizerState state(optimizer, network.gradients().size());
  const size_t size = static_cast<size_t>(batch) * net.input.elements();
  std::vector<float> x(size);
  std::vector<int> classes(static_cast<size_t>(batch));
  for (uint64_t step = 0; step < kSteps; ++step) {
    const std::vector<float> u = uniform(kData + step, size),
                             c = uniform(kClasses + step, static_cast<size_t>(batch));
    for (size_t k = 0; k < size; ++k) x[k] = 1.5f * u[k];
    for (size_t k = 0; k < classes.size(); ++k)
      classes[k] = static_cast<int>((static_cast<double>(c[k]) + 1) / 2 * network.outputs());
    std::copy(x.begin(), x.end(), network.input());
    const StepResult result = network.step(
        batch, is_autoencoder ? Targets{nullptr, x.data()} : Targets{classes.data(), nullptr}, {}, step);
    EXPECT_NEAR(result.loss_sum / batch, r.arrays.at("loss").values[step], tolerance * 0.1)
        << "step " << step;
    if (step == 0 || step == kSteps - 1)
      for (size_t i = 0; i < params.size(); ++i)
        if (params[i].is_trainable())
          r.expect_gradient(step == 0 ? "first" : "last", i,
                            network.gradients().data() + network.offset_of(i), params[i].data.size(),
                            step == 0 ? 1e-4 : tolerance, params[i].name);
    state.apply(optimizer, network.gradients(), network.weights());
  }
  for (size_t i = 0; i < params.size(); ++i)
    r.expect_sums("after", i, network.weights().data() + network.offset_of(i), params[i].data.size(),
                  tolerance, params[i].name);
}

TEST(Networks, mnist_cnn) { compare("mnist_cnn", 16, Adam{1e-3f}, 1e-3); }
TEST(Networks, ds_cnn) { compare("ds_cnn", 16, Sgd{1e-3f, 0.9f}, 1e-3); }
TEST(Networks, mobilenet) { compare("mobilenet_vww", 8, Sgd{1e-3f, 0.9f}, 1e-3); }
TEST(Networks, resnet8) { compare("resnet8", 8, Sgd{1e-3f, 0.9f}, 1e-3); }
TEST(Networks, autoencoder) { compare("autoencoder", 32, Sgd{1e-3f, 0.9f}, 1e-3); }
TEST(Networks, gru) { compare("gesture_gru", 16, Adam{1e-3f}, 1e-3); }

}  // namespace
}  // namespace mote
