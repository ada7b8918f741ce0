// Steps of quantization-aware training beside float steps of the same folded graph, in turn.
//
//   qat_bench [THREADS [SECONDS [MODEL]]]
//
// prints for each network the mean step of both in microseconds, and their ratio.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "base/random.h"
#include "features/preprocessing.h"
#include "mote/mote.h"
#include "quant/qat.h"
#include "quant/quantize.h"
#include "train/network.h"
#include "train/optimizer.h"

using namespace mote;

namespace {

Dataset random_data(const Preset &net, int batch, int classes) {
  Dataset d;
  d.window = net.input[0];
  d.channels = static_cast<int>(net.input.elements()) / net.input[0];
  Random random(2);
  for (size_t i = 0; i < static_cast<size_t>(batch) * net.input.elements(); ++i)
    d.values.push_back(static_cast<float>(random.normal()));
  for (int i = 0; i < batch; ++i)
    d.classes.push_back(static_cast<int>(random.below(static_cast<uint64_t>(classes))));
  return d;
}

double timed_step(Network &network, OptimizerState &optimizer, const Optimizer &adam, int batch,
                  const Targets &targets, uint64_t step) {
  const auto from = std::chrono::steady_clock::now();
  network.step(batch, targets, {}, step);
  optimizer.apply(adam, network.gradients(), network.weights());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

void compare(const char *name, int batch, int threads, double seconds) {
  const Preset net = preset(name);
  Model model = sequential(net.name, net.input, net.layers);
  initialize(model.graph, 1);
  model.preprocessing.window = net.input[0];
  model.preprocessing.steps = {normalization("none", {0}, {1})};
  model.preprocessing.channels = static_cast<int>(net.input.elements()) / net.input[0];
  const bool is_autoencoder = net.name == "autoencoder";
  const int outputs = static_cast<int>(model.graph.output().elements());
  const Dataset data = random_data(net, batch, outputs);
  TrainOptions options;
  options.batch = batch;
  options.loss.type = is_autoencoder ? LossType::kMse : LossType::kCategoricalCrossentropy;
  IntegerForward pass(prepare_deployment(model, {.calibrate_on = data}, true), data, {}, options);
  const Graph graph = pass.model().graph;
  ThreadPool pool(threads);
  Network plain(graph, batch, 1, pool, {.loss = options.loss}),
      aware(graph, batch, 1, pool, {.loss = options.loss, .forward = &pass});
  const Optimizer adam = Adam{1e-5f};
  OptimizerState plain_state(adam, plain.gradients().size()), aware_state(adam, aware.gradients().size());
  for (Network *n : {&plain, &aware}) std::copy(data.values.begin(), data.values.end(), n->input());
  const Targets targets =
      is_autoencoder ? Targets{nullptr, data.values.data()} : Targets{data.classes.data(), nullptr};
  double plain_sum = 0, aware_sum = 0;
  uint64_t steps = 0;
  for (uint64_t warm = 0; plain_sum + aware_sum < seconds; ++warm) {
    const double p = timed_step(plain, plain_state, adam, batch, targets, warm),
                 q = timed_step(aware, aware_state, adam, batch, targets, warm);
    if (warm >= 3) {
      plain_sum += p;
      aware_sum += q;
      ++steps;
    }
  }
  const auto n = static_cast<double>(steps);
  fmt::print("{:<16} {:>12.1f} {:>12.1f} {:>8.2f}\n", name, 1e6 * plain_sum / n, 1e6 * aware_sum / n,
             aware_sum / plain_sum);
}

}  // namespace

int main(int argc, char **argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 5;
  fmt::print("{:<16} {:>12} {:>12} {:>8}\n", "model", "float us", "qat us", "ratio");
  const std::pair<const char *, int> kModels[] = {
      {"mnist_cnn", 64}, {"ds_cnn", 100}, {"resnet8", 32}, {"autoencoder", 512}};
  for (const auto &[name, batch] : kModels)
    if (argc < 4 || std::string_view(argv[3]) == name) compare(name, batch, threads, seconds);
}
