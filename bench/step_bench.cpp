// One training step (forward, loss, backward, Adam) of the networks of docs/layers.md, timed.
//
//   step_bench MODEL BATCH THREADS SECONDS [profile | mean]
//
// prints the best time of a step in microseconds, or the mean; with `profile` also where it went.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "base/cpu.h"
#include "base/random.h"
#include "graph/cost.h"
#include "mote/mote.h"
#include "train/network.h"
#include "train/optimizer.h"

using namespace mote;

static void print_profile(const Model &model, const Network &network, int steps, int batch) {
  const auto times = network.profile();
  double total = 0;
  for (const auto &t : times) total += t.forward + t.backward;
  for (size_t i = 0; i < times.size(); ++i) {
    const Node &node = model.graph.nodes[i];
    const double macs = static_cast<double>(cost_of(model.graph, node).macs) * batch * steps;
    const double seconds = times[i].forward + times[i].backward;
    fmt::print("{:<24} {:<18} {:>9.1f} us forward {:>9.1f} us backward {:>5.1f} % {:>7.1f} GFLOP/s\n",
               node.name, node.op->name, 1e6 * times[i].forward / steps, 1e6 * times[i].backward / steps,
               100 * seconds / total, 6e-9 * macs / seconds);
  }
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: step_bench MODEL BATCH THREADS SECONDS [profile | mean]\n");
    return 2;
  }
  const int batch = std::atoi(argv[2]), threads = std::atoi(argv[3]);
  const double seconds = std::atof(argv[4]);
  const bool has_profile = argc > 5 && std::strcmp(argv[5], "profile") == 0,
             is_mean = argc > 5 && std::strcmp(argv[5], "mean") == 0;
  const Preset net = preset(argv[1]);
  Model model = sequential(net.name, net.input, net.layers);
  initialize(model.graph, 1);
  const bool is_autoencoder = net.name == "autoencoder";
  ThreadPool pool(threads);
  Network network(model.graph, batch, 1, pool,
                  {.loss = {is_autoencoder ? LossType::kMse : LossType::kCategoricalCrossentropy}});
  const Optimizer adam = Adam{};
  OptimizerState optimizer(adam, network.gradients().size());
  Random random(2);
  std::vector<float> x(static_cast<size_t>(batch) * net.input.elements());
  for (float &v : x) v = static_cast<float>(random.normal());
  std::copy(x.begin(), x.end(), network.input());
  std::vector<int> classes;
  for (int i = 0; i < batch; ++i)
    classes.push_back(static_cast<int>(random.below(static_cast<uint64_t>(network.outputs()))));
  const Targets targets = is_autoencoder ? Targets{nullptr, x.data()} : Targets{classes.data(), nullptr};
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  double best = 1e9, sum = 0;
  int steps = 0;
  for (bool is_warm = false;
       std::chrono::duration<double>(Clock::now() - start).count() < seconds || !is_warm; ++steps) {
    if (has_profile && steps == 3) network.start_profile();
    const auto from = Clock::now();
    network.step(batch, targets, {}, static_cast<uint64_t>(steps));
    optimizer.apply(adam, network.gradients(), network.weights());
    const double time = std::chrono::duration<double>(Clock::now() - from).count();
    if (steps >= 3) {
      best = std::min(best, time);
      sum += time;
      is_warm = true;
    }
  }
  fmt::print("{:.1f}\n", 1e6 * (is_mean ? sum / (steps - 3) : best));
  if (has_profile) print_profile(model, network, steps - 3, batch);
}
