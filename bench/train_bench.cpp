// One training step (forward, loss, backward, Adam) of the two reference networks, batch 16.
#include <benchmark/benchmark.h>

#include "base/cpu.h"
#include "base/random.h"
#include "mote/mote.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace mote {

static void step(benchmark::State &state, const std::vector<Layer> &layers) {
  Model model = sequential("net", {100, 3}, layers);
  initialize(model.graph, 1);
  ThreadPool pool(static_cast<int>(state.range(0)));
  Network network(model.graph, 16, 1, pool);
  const Optimizer adam = Adam{};
  OptimizerState optimizer(adam, network.gradients().size());
  Random random(2);
  for (int i = 0; i < 16 * 300; ++i) network.input()[i] = static_cast<float>(random.normal());
  const std::vector<int> classes = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0};
  uint64_t n = 0;
  for (auto _ : state) {
    network.step(16, {classes.data()}, {}, n++);
    optimizer.apply(adam, network.gradients(), network.weights());
  }
  state.SetLabel(std::string(tier_name(active_tier())));
  state.counters["GFLOP/s"] = benchmark::Counter(2e-9 * 3 * 16 * static_cast<double>(summarize(model).macs),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(step, dense_300_32_16_3,
                  std::vector<Layer>{Flatten{}, Dense{32, relu}, Dense{16, relu}, Dense{3}})
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();
BENCHMARK_CAPTURE(step, conv1d_gesture,
                  std::vector<Layer>{Conv1D{8, 5, relu}, MaxPool1D{2}, Conv1D{16, 3, relu}, Flatten{},
                                     Dense{16, relu}, Dense{3}})
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime();

}  // namespace mote
