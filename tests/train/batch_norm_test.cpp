// Batch normalization in training: statistics of the whole batch, whatever shards it is cut into.
#include <cmath>

#include "base/cpu.h"
#include "graph/fold.h"
#include "graph/op_def.h"
#include "test_support.h"
#include "train/network.h"
#include "train/optimizer.h"

namespace mote {
namespace {

constexpr int kInputs = 96, kUnits = 64, kClasses = 3, kRows = 230;
constexpr double kMomentum = 0.9, kEpsilon = 1e-3;

struct Setting {
  Model model =
      sequential("net", {kInputs}, {Dense{kUnits}, BatchNorm{kMomentum, kEpsilon}, Dense{kClasses}});
  std::vector<float> x = std::vector<float>(static_cast<size_t>(kRows) * kInputs);
  std::vector<int> classes = std::vector<int>(kRows);
  Setting() {
    initialize(model.graph, 5);
    Random random(6);
    for (float &v : x) v = static_cast<float>(random.normal() + 0.5);
    for (int &c : classes) c = static_cast<int>(random.below(kClasses));
    for (float &v : model.graph.params[2].data) v = static_cast<float>(1 + 0.3 * random.normal());
    for (float &v : model.graph.params[3].data) v = static_cast<float>(0.3 * random.normal());
  }
};

// The network in double precision from the formulas; returns the mean loss and fills the batch's moments.
double loss_of(const Setting &s, std::vector<double> *mean_out = nullptr,
               std::vector<double> *variance_out = nullptr) {
  const auto at = [&](size_t p, int i) {
    return static_cast<double>(s.model.graph.params[p].data[static_cast<size_t>(i)]);
  };
  std::vector<double> hidden(kRows * kUnits), mean(kUnits), variance(kUnits);
  for (int r = 0; r < kRows; ++r)
    for (int u = 0; u < kUnits; ++u) {
      double sum = at(1, u);
      for (int i = 0; i < kInputs; ++i)
        sum += static_cast<double>(s.x[static_cast<size_t>(r * kInputs + i)]) * at(0, i * kUnits + u);
      hidden[static_cast<size_t>(r * kUnits + u)] = sum;
    }
  for (size_t u = 0; u < kUnits; ++u) {
    for (size_t r = 0; r < kRows; ++r) mean[u] += hidden[r * kUnits + u] / kRows;
    for (size_t r = 0; r < kRows; ++r) variance[u] += std::pow(hidden[r * kUnits + u] - mean[u], 2) / kRows;
  }
  if (mean_out) *mean_out = mean, *variance_out = variance;
  double loss = 0;
  for (int r = 0; r < kRows; ++r) {
    double scores[kClasses], total = 0;
    for (int c = 0; c < kClasses; ++c) {
      scores[c] = at(7, c);
      for (int u = 0; u < kUnits; ++u) {
        const auto k = static_cast<size_t>(u);
        const double h =
            (hidden[static_cast<size_t>(r * kUnits + u)] - mean[k]) / std::sqrt(variance[k] + kEpsilon);
        scores[c] += (at(2, u) * h + at(3, u)) * at(6, u * kClasses + c);
      }
      total += std::exp(scores[c]);
    }
    loss += (std::log(total) - scores[s.classes[static_cast<size_t>(r)]]) / kRows;
  }
  return loss;
}

TEST(BatchNorm, statistics_and_gradients_are_those_of_the_whole_batch) {
  Setting s;
  ThreadPool pool(2);
  Network network(s.model.graph, 256, 1, pool);  // several shards, the last one not full
  std::copy(s.x.begin(), s.x.end(), network.input());
  const StepResult result = network.step(kRows, {s.classes.data()}, {}, 0);
  std::vector<double> mean, variance;
  EXPECT_NEAR(result.loss_sum / kRows, loss_of(s, &mean, &variance), 1e-6);
  Graph after = s.model.graph;
  network.store(after);
  for (size_t u = 0; u < kUnits; ++u) {
    EXPECT_NEAR(after.params[4].data[u], (1 - kMomentum) * mean[u], 1e-6);
    EXPECT_NEAR(after.params[5].data[u], kMomentum + (1 - kMomentum) * variance[u], 1e-5);
  }
  for (size_t p : {0, 2, 3, 6, 7})
    for (size_t i = 0; i < s.model.graph.params[p].data.size();
         i += 1 + s.model.graph.params[p].data.size() / 40) {
      float &w = s.model.graph.params[p].data[i];
      const float keep = w;
      w = keep + 1.0f / 256;
      const double high = w, above = loss_of(s);
      w = keep - 1.0f / 256;
      const double low = w, below = loss_of(s);
      w = keep;
      EXPECT_NEAR(network.gradients()[network.offset_of(p) + i], (above - below) / (high - low), 1e-5)
          << s.model.graph.params[p].name << " " << i;
    }
}

TEST(BatchNorm, same_bits_for_any_number_of_threads_and_tier) {
  std::vector<std::vector<float>> results;
  const Tier before = active_tier();
  for (Tier tier : available_tiers())
    for (int threads : {1, 3}) {
      force_tier(tier);
      Setting s;
      ThreadPool pool(threads);
      Network network(s.model.graph, 256, 1, pool);
      std::copy(s.x.begin(), s.x.end(), network.input());
      network.step(kRows, {s.classes.data()}, {}, 0);
      results.push_back(network.gradients());
      results.back().insert(results.back().end(), network.weights().begin(), network.weights().end());
    }
  force_tier(before);
  for (const auto &r : results) EXPECT_EQ(r, results.front());
}

TEST(BatchNorm, weight_decay_leaves_the_moving_statistics_alone) {
  Setting s;
  ThreadPool pool(1);
  Network network(s.model.graph, kRows, 1, pool);
  OptimizerState state(AdamW{}, network.gradients().size());
  const std::vector<float> before = network.weights();
  state.apply(AdamW{1.0f, 0.5f}, network.gradients(), network.weights());
  const size_t first = network.offset_of(4);
  EXPECT_EQ(network.gradients().size(), first);
  for (size_t i = first; i < before.size(); ++i) EXPECT_EQ(network.weights()[i], before[i]);
  EXPECT_NE(network.weights()[0], before[0]);
}

// A network with batch normalization wherever it may stand, with moving statistics of a short training.
struct Trained {
  Splits data = test::toy_splits();
  TrainedRun run =
      train(sequential("net", {20, 3},
                       {BatchNorm{.momentum = 0.8}, Conv1D{8, 5}, BatchNorm{.momentum = 0.8}, ReLU{},
                        DepthwiseConv1D{3}, BatchNorm{.momentum = 0.8}, ReLU6{}, MaxPool1D{2},
                        BatchNorm{.momentum = 0.8}, Flatten{}, Dense{8, none}, Dropout{0.1},
                        BatchNorm{.momentum = 0.8}, ReLU{}, BatchNorm{.momentum = 0.8}, Dense{3, softmax}}),
            data, {.epochs = 12, .batch = 16, .optimizer = Adam{5e-3f}});
};

TEST(BatchNorm, folds_into_the_layer_before_it_and_computes_the_same) {
  const Trained t;
  const Model &model = t.run.model;
  const Model folded{fold(model.graph), model.preprocessing, model.labels};
  size_t left = 0;
  for (const Node &node : folded.graph.nodes) left += node.op->channel_affine != nullptr;
  EXPECT_EQ(left, 3u);  // at the input, behind the pool and behind the activation
  const std::vector<float> expected = float_outputs(model, t.data.test),
                           y = float_outputs(folded, t.data.test);
  ASSERT_EQ(y.size(), expected.size());
  for (size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], expected[i], 2e-5 * (1 + std::fabs(expected[i])));
  EXPECT_EQ(format_mote(Model{fold(folded.graph), model.preprocessing, model.labels}), format_mote(folded));
}

TEST(BatchNorm, a_value_that_others_read_is_not_scaled) {
  const Model model = sequential(
      "net", {6},
      {Layer(Dense{6}).named("a"), Layer(BatchNorm{}).named("b"), Layer(Add{}).from({"a", "b"}), Dense{2}});
  EXPECT_EQ(fold(model.graph).nodes.size(), model.graph.nodes.size());
}

TEST(BatchNorm, quantizes_with_activations_in_the_layer_before_it) {
  const Trained t;
  const IntegerProgram program = quantize(t.run.model, {t.data.train});
  for (const ProgramLayer &l : program.layers) EXPECT_FALSE(op_by_name(l.op).activation) << l.name;
  const Evaluation f = evaluate(t.run.model, t.data.test), q = evaluate(program, t.data.test);
  EXPECT_GT(f.accuracy, 0.9);
  EXPECT_GE(q.accuracy, f.accuracy - 0.1);
  EXPECT_ERROR(quantize(t.run.model, {t.data.train, {.int16_layers = {"batch_norm_1"}}}),
               "part of the layer before it");
}

}  // namespace
}  // namespace mote
