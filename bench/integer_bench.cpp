// One inference of the int8 gesture network with the runtime that ships to the device.
#include <benchmark/benchmark.h>

#include "mote/mote.h"

namespace mote {

static void gesture(benchmark::State &state) {
  Dataset data;
  data.window = 100, data.channels = 3, data.labels = {"a", "b", "c"};
  Random random(1);
  for (int i = 0; i < 12; ++i) {
    data.classes.push_back(i % 3);
    for (int k = 0; k < 300; ++k) data.values.push_back(static_cast<float>(random.normal()));
  }
  data.sources.resize(12);
  const Model model = sequential(
      "net", {100, 3},
      {Conv1D{8, 5, relu}, MaxPool1D{2}, Conv1D{16, 3, relu}, Flatten{}, Dense{16, relu}, Dense{3, softmax}});
  const TrainedRun run = train(model, {data, data, data, ""}, {.epochs = 1, .threads = 1});
  HostProgram host(quantize(run.model, {data}));
  int8_t scores[3];
  for (auto _ : state) {
    host.predict(data.example(0), scores);
    benchmark::DoNotOptimize(scores);
  }
  state.counters["GMAC/s"] = benchmark::Counter(1e-9 * static_cast<double>(summarize(model).macs),
                                                benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(gesture);

}  // namespace mote
