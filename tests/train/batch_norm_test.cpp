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
  if (mean_out) {
    *mean_out = mean;
    *variance_out = variance;
  }
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

// Channels in units that differ a thousandfold, normalized by the network alone.
struct Raw {
  Splits data = test::toy_splits();
  TrainedRun run;
  explicit Raw(std::vector<Layer> layers, const std::string &normalize = "none") {
    for (Dataset *set : {&data.train, &data.val, &data.test})
      for (size_t i = 0; i < set->values.size(); i += 3) set->values[i] *= 10000;
    run = train(sequential("net", {20, 3}, std::move(layers)), data,
                {.epochs = 30, .batch = 8, .optimizer = Adam{1e-2f}, .normalize = normalize});
  }
};

TEST(BatchNorm, in_front_moves_into_the_normalization_and_int8_keeps_the_accuracy) {
  const std::vector<std::pair<std::vector<Layer>, std::string>> cases = {
      {{BatchNorm{.momentum = 0.8}, Flatten{}, Dense{12, relu}, Dense{3, softmax}}, "none"},
      {{Flatten{}, BatchNorm{.momentum = 0.8}, Dense{12, relu}, Dense{3, softmax}}, "none"},
      {{Flatten{}, BatchNorm{.momentum = 0.8}, Dense{12, relu}, Dense{3, softmax}}, "channel"},
      {{BatchNorm{.momentum = 0.8}, BatchNorm{.momentum = 0.8}, DepthwiseConv1D{3}, ReLU{}, Flatten{},
        Dense{3, softmax}},
       "feature"}};
  for (const auto &[layers, normalize] : cases) {
    const Raw raw(layers, normalize);
    const Model &model = raw.run.model, deployed = folded(model);
    for (const Node &node : deployed.graph.nodes) EXPECT_FALSE(node.op->channel_affine) << node.name;
    const std::vector<float> expected = float_outputs(model, raw.data.test),
                             y = float_outputs(deployed, raw.data.test);
    for (size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], expected[i], 1e-3 * (1 + std::fabs(expected[i])));
    const double as_float = evaluate(model, raw.data.val).accuracy,
                 as_int8 = evaluate(quantize(model, {raw.data.train}), raw.data.val).accuracy;
    EXPECT_GT(as_float, 0.8) << normalize;
    EXPECT_GE(as_int8, as_float - 0.1) << normalize;
  }
}

TEST(BatchNorm, in_front_of_an_autoencoder_stays_as_the_input_is_its_target) {
  Model model = sequential("net", {20, 3}, {BatchNorm{}, Flatten{}, Dense{60}});
  const Splits data = test::toy_splits();
  model = untrained(model, data.train, {.loss = {.type = LossType::kMse}, .target = ModelTarget::kInput});
  EXPECT_EQ(folded(model).graph.nodes.size(), model.graph.nodes.size());
}

TEST(BatchNorm, behind_another_one_folds_too) {
  Model model = sequential("net", {6}, {Dense{4}, BatchNorm{}, BatchNorm{}, Dense{2}});
  initialize(model.graph, 3);
  EXPECT_EQ(fold(model.graph).nodes.size(), 2u);
}

TEST(BatchNorm, is_explained_wherever_it_stays) {
  const Trained t;
  const IntegerProgram program = quantize(t.run.model, {t.data.train});
  const Explanation e = explain(t.run.model, program, t.data, {.has_remedies = false});
  size_t norms = 0;
  for (const ExplainedLayer &l : e.layers) norms += l.op == "batch_norm";
  EXPECT_EQ(norms, 2u);  // behind the pool and behind the activation
}

TEST(BatchNorm, over_one_value_is_refused_and_a_last_batch_of_one_is_warned_of) {
  const Splits data = test::toy_splits();
  const Model dense =
                  sequential("net", {20, 3}, {Flatten{}, Dense{4}, BatchNorm{}, ReLU{}, Dense{3, softmax}}),
              conv = sequential("net", {20, 3}, {Conv1D{4, 3}, BatchNorm{}, Flatten{}, Dense{3, softmax}});
  const TrainOptions one = {.epochs = 1, .batch = 1};
  EXPECT_THROW(train(dense, data, one), Error);
  EXPECT_NO_THROW(train(conv, data, one));  // 18 values per channel
  const int n = static_cast<int>(data.train.size());
  EXPECT_EQ(training_warnings(dense, data, {.batch = n - 1}).size(), 1u);
  EXPECT_TRUE(training_warnings(dense, data, {.batch = n}).empty());
  EXPECT_TRUE(training_warnings(conv, data, {.batch = n - 1}).empty());
  TrainingLoop loop(dense, data.train, {.batch = 4});
  const std::vector<size_t> first = {0}, two = {0, 1};
  EXPECT_THROW(loop.compute(first), Error);
  EXPECT_NO_THROW(loop.compute(two));
}

TEST(NoValidation, monitors_see_the_training_figures_and_it_is_said) {
  Splits data = test::toy_splits();
  data.val.values = {};
  data.val.classes.clear();
  data.val.sources.clear();
  const TrainOptions o = {.epochs = 2, .batch = 8, .early_stopping = {.patience = 5}};
  const Model model = test::toy_model();
  ASSERT_EQ(training_warnings(model, data, o).size(), 1u);
  const TrainedRun run = train(model, data, o);
  EXPECT_FALSE(run.history[0].has_validation);
  EXPECT_EQ(run.history[0].value("val_accuracy"), run.history[0].accuracy);
  const std::string csv = history_csv(run.history);
  EXPECT_NE(csv.find(",,,"), std::string::npos) << csv;  // nothing in these two columns
  const auto json = history_json(run);
  EXPECT_FALSE(json.at("epochs")[0].contains("val_loss"));
  EXPECT_FALSE(history_from(json)[0].has_validation);
  std::vector<EpochRecord> validated = run.history;
  for (EpochRecord &e : validated) {
    e.has_validation = true;
    e.val_loss = e.loss;
    e.val_accuracy = e.accuracy;
  }
  const auto curves = [](const std::vector<EpochRecord> &h) {
    const std::string svg = draw_history(h, 1).svg, orange = "stroke=\"#e0701a\"";
    size_t count = 0;
    for (size_t at = svg.find(orange); at != std::string::npos; at = svg.find(orange, at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(curves(validated), 3u);  // of loss, of accuracy, in the legend
  EXPECT_EQ(curves(run.history), 0u);
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
