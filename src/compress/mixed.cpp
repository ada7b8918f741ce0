// A greedy search over kernels and bits; see the header. The loss is that of the float model with rounded
// weights: int8 beside 4 bits and fewer changes little.
#include "compress/mixed.h"

#include <algorithm>
#include <cmath>

#include "compress/cluster.h"
#include "compress/kernels.h"
#include "graph/op_def.h"
#include "mote/training_loop.h"

namespace mote {

namespace {

struct Level {
  int values;  // 0: 8 bits
  double bytes, rise;
};

struct Kernel {
  std::string name;
  std::vector<Level> levels;  // the most bytes first
  size_t now = 0;
};

double bytes_of(size_t weights, int bits) {
  return std::ceil(static_cast<double>(weights) * bits / 8) + (1 << bits);
}

Kernel levels_of(const Model &model, size_t param, const std::function<double(const Model &)> &loss,
                 double base) {
  constexpr int kBits[] = {4, 3, 2};
  const Parameter &p = model.graph.params[param];
  Kernel kernel{p.name, {{0, static_cast<double>(p.data.size()), 0}}};
  for (const int bits : kBits) {
    const double bytes = bytes_of(p.data.size(), bits);
    if (bytes >= kernel.levels.back().bytes) break;
    Model rounded = model;
    Parameter &weights = rounded.graph.params[param];
    weights.form = {.clusters = 1 << bits};
    cluster_weights(weights, ClusterStart::kDensity, 0);
    weights.form = {};
    // fewer values are no better for the network, whatever the windows say
    const double rise = std::max(kernel.levels.back().rise, loss(rounded) - base);
    kernel.levels.push_back({1 << bits, bytes, rise});
  }
  return kernel;
}

}  // namespace

std::map<std::string, int> mixed_values(const Model &model, const Dataset &judged, double saved_bytes,
                                        const std::vector<std::string> &keep, const TrainOptions &options) {
  const auto loss = [&](const Model &m) { return TrainingLoop(m, judged, options).score(judged).loss; };
  const std::vector<bool> is_kept = params_of_layers(model.graph, keep);
  const double base = loss(model);
  std::vector<Kernel> kernels;
  for (size_t p = 0; p < model.graph.params.size(); ++p)
    if (model.graph.params[p].is_kernel() && !is_kept[p]) kernels.push_back(levels_of(model, p, loss, base));
  double saved = 0;
  while (saved < saved_bytes) {
    Kernel *best = nullptr;
    double least = INFINITY;
    for (Kernel &k : kernels) {
      if (k.now + 1 == k.levels.size()) continue;
      const Level &from = k.levels[k.now], &to = k.levels[k.now + 1];
      const double price = (to.rise - from.rise + 1e-9) / (from.bytes - to.bytes);
      if (price >= least) continue;
      least = price;
      best = &k;
    }
    if (best == nullptr) break;
    saved += best->levels[best->now].bytes - best->levels[best->now + 1].bytes;
    ++best->now;
  }
  std::map<std::string, int> values;
  for (size_t p = 0; p < model.graph.params.size(); ++p)
    if (model.graph.params[p].is_kernel()) values[model.graph.params[p].name] = 0;
  for (const Kernel &k : kernels) values[k.name] = k.levels[k.now].values;
  return values;
}

}  // namespace mote
