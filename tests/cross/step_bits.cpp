// Trains the published networks for a few steps and prints what their weights have become, as hexadecimal
// words: the same on every machine. Needs nothing but the training engine, so that it is easily built for
// another processor.
#include <fmt/format.h>

#include <bit>

#include "base/cpu.h"
#include "base/error.h"
#include "base/random.h"
#include "mote/presets.h"
#include "train/network.h"
#include "train/optimizer.h"

using namespace mote;

int main() {
  try {
    fmt::print(stderr, "{}\n", tier_name(active_tier()));
  } catch (const Error &e) {  // MOTE_TIER names none of this processor
    fmt::print(stderr, "{}\n", e.what());
    return 1;
  }
  for (const char *name :
       {"gesture_dense", "gesture_conv", "gesture_gru", "mnist_cnn", "ds_cnn", "resnet8", "autoencoder"}) {
    const Preset net = preset(name);
    Model model = sequential(net.name, net.input, net.layers);
    initialize(model.graph, 1);
    ThreadPool pool(2);
    constexpr int kBatch = 3;
    Network network(model.graph, kBatch, 3, pool);
    OptimizerState optimizer(Adam{}, network.gradients().size());
    Random random(5);
    int classes[kBatch];
    for (uint64_t step = 0; step < 2; ++step) {
      for (size_t i = 0; i < kBatch * net.input.elements(); ++i)
        network.input()[i] = static_cast<float>(random.normal());
      for (int &c : classes) c = static_cast<int>(random.below(static_cast<uint64_t>(network.outputs())));
      network.step(kBatch, {classes}, {}, step);
      optimizer.apply(Adam{}, network.gradients(), network.weights());
    }
    uint64_t words = 0, mixed = 0;
    for (float w : network.weights()) {
      const uint32_t bits = std::bit_cast<uint32_t>(w);
      words += bits;
      mixed = (mixed << 7 | mixed >> 57) ^ bits;
    }
    fmt::print("{} {:016x} {:016x}\n", name, words, mixed);
  }
}
