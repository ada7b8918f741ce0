// compress() whole, what it refuses, and teachers.
#include "mote/compress.h"

#include <cmath>
#include <functional>

#include "compress/cluster.h"
#include "compress/mixed.h"
#include "compress/structured.h"
#include "mote/training_loop.h"
#include "test_support.h"
#include "train/distillation.h"

namespace mote {
namespace {

struct Compress : public ::testing::Test {
  const Splits data = test::toy_splits(3, 20, 4);
  TrainOptions options{.epochs = 6, .batch = 8, .threads = 1};
  CompressSettings settings{.tune = {.epochs = 3}};
  Model model = train(sequential("m", {20, 4},
                                 {Conv1D{.filters = 16, .kernel = 5}, BatchNorm{}, ReLU{},
                                  Layer(Conv1D{.filters = 16, .kernel = 3}).named("second"), BatchNorm{},
                                  ReLU{}, Flatten{}, Dense{3, softmax}}),
                      data, options)
                    .model;
  void refused(const std::string &part) {
    EXPECT_ERROR(compress(model, data, settings, options), part);
    settings = {.tune = {.epochs = 3}};
  }
};

TEST_F(Compress, structured_models_are_smaller_and_still_answer) {
  for (Importance importance :
       {Importance::kL1, Importance::kL2, Importance::kBatchNorm, Importance::kTaylor})
    for (ChannelShares shares : {ChannelShares::kUniform, ChannelShares::kSensitivity}) {
      settings.prune = parse_pruning("structured:0.5");
      settings.importance = importance;
      settings.shares = shares;
      const CompressedModel c = compress(model, data, settings, options);
      EXPECT_LE(2 * c.after.macs, c.before.macs);
      EXPECT_GE(c.after.macs * 10, c.before.macs * 3);
      EXPECT_EQ(size_of(c.run.model.graph).macs, c.after.macs);
      EXPECT_GT(evaluate(c.run.model, data.val).accuracy, 0.7) << importance_names().name_of(importance);
      EXPECT_GT(evaluate(quantize(c.run.model, {data.train}), data.val).accuracy, 0.7);
    }
}

TEST_F(Compress, a_budget_can_be_of_anything) {
  settings.prune = parse_pruning("structured:0.3");
  const CompressedModel c =
      compress(model, data, settings, options,
               {.cost = [](const Graph &g) { return static_cast<double>(g.parameter_count()); }});
  EXPECT_LE(static_cast<double>(c.after.parameters), 0.7 * static_cast<double>(c.before.parameters));
}

// Fewer bits go where they cost nothing: a kernel of four values has these in two bits.
TEST_F(Compress, mixed_bits_go_by_what_they_cost) {
  for (Parameter &p : model.graph.params)
    if (p.name == "second/kernel") {
      p.form.clusters = 4;
      cluster_weights(p, ClusterStart::kDensity, 0);
      p.form = {};
    }
  const auto bits = [&](double saved, const std::vector<std::string> &keep = {}) {
    return mixed_values(model, data.val, saved, keep, options);
  };
  EXPECT_EQ(bits(0).at("second/kernel"), 0);
  const auto some = bits(300);  // of 768 weights
  EXPECT_NE(some.at("second/kernel"), 0);
  EXPECT_EQ(some.at("conv1d/kernel"), 0);
  for (const auto &[kernel, values] : bits(1e6)) EXPECT_EQ(values, 4) << kernel;
  EXPECT_EQ(bits(1e6, {"second"}).at("second/kernel"), 0);
  settings.kernel_clusters = some;
  const CompressedModel c = compress(model, data, settings, options);
  for (const KernelSummary &k : c.kernels) {
    if (some.at(k.name) > 0) EXPECT_LE(k.values, some.at(k.name)) << k.name;
    if (some.at(k.name) == 0) EXPECT_EQ(k.left, "it keeps 8 bits") << k.name;
  }
}

TEST_F(Compress, channels_go_in_steps) {
  settings.prune = parse_pruning("structured:0.6");
  settings.steps = 3;
  EXPECT_EQ(compress_stages(settings), 3);
  TrainOptions first = compress_options(settings, options);
  EXPECT_EQ(learning_rate_of(first.optimizer), learning_rate_of(options.optimizer));
  std::vector<double> losses;
  options.callbacks = {[&](const EpochEnd &e) {
    losses.push_back(e.record.loss);
    return true;
  }};
  const CompressedModel c = compress(model, data, settings, options);
  EXPECT_EQ(losses.size(), 9u);  // three epochs behind each
  EXPECT_LE(static_cast<double>(c.after.macs), 0.4 * static_cast<double>(c.before.macs));
  EXPECT_GE(static_cast<double>(c.after.macs), 0.2 * static_cast<double>(c.before.macs));
  settings.steps = 17;
  refused("17 is not 1 .. 16");
}

TEST_F(Compress, fewer_channels_train_longer) {
  const auto epochs = [&](const char *what) {
    return compress_options({.prune = parse_pruning(what)}, {.epochs = 30}).epochs;
  };
  EXPECT_EQ(epochs("structured:0.25"), 40);
  EXPECT_EQ(epochs("structured:0.5"), 60);
  EXPECT_EQ(epochs("structured:0.9"), 60);
  EXPECT_EQ(epochs("0.5"), 30);
}

TEST_F(Compress, a_budget_is_held_against_the_cost_that_is_asked_for) {
  settings.prune = parse_pruning("structured:0.999");
  EXPECT_ERROR(check_compression(model, data, settings, {}, options), "ask for less");
  const auto steep = [](const Graph &g) { return std::pow(static_cast<double>(size_of(g).macs), 8.0); };
  EXPECT_NO_THROW(check_compression(model, data, settings, {.cost = steep}, options));
}

// Gradients that change their sign from batch to batch are of a channel that the network needs.
TEST_F(Compress, taylor_squares_before_batches_are_added) {
  Model two = sequential("m", {20, 4}, {Flatten{}, Dense{2, relu}, Dense{3, softmax}});
  initialize(two.graph, 1);
  for (Parameter &p : two.graph.params) p.data.assign(p.data.size(), 1.0f);
  const ChannelMap map(two.graph);
  const Parameter &kernel = two.graph.params[0];
  ASSERT_EQ(kernel.channels(), 2);
  std::vector<double> scores(map.classes(), 0.0);
  for (int batch = 0; batch < 4; ++batch) {
    std::vector<float> gradients(two.graph.parameter_count(), 0.0f);
    gradients[0] = batch % 2 == 0 ? 1.0f : -1.0f;
    gradients[1] = 0.25f;
    add_taylor(two.graph, map, gradients.data(), scores);
  }
  EXPECT_EQ(scores[map.output_class(kernel, 0, 0)], 4.0);
  EXPECT_EQ(scores[map.output_class(kernel, 0, 1)], 0.25);
}

TEST_F(Compress, factors_of_normalizations_count_where_there_are_some) {
  const auto trained = [&](std::vector<Layer> layers) {
    layers.insert(layers.end(), {Flatten{}, Layer(Dense{8, relu}).named("hidden"), Dense{3, softmax}});
    return train(sequential("m", {20, 4}, layers), data, options).model;
  };
  settings.prune = parse_pruning("structured:0.5");
  settings.importance = Importance::kBatchNorm;
  model = trained({Conv1D{.filters = 8, .kernel = 5}, BatchNorm{}, ReLU{}});
  Parameter &gamma = *std::find_if(model.graph.params.begin(), model.graph.params.end(),
                                   [](const Parameter &p) { return p.role == Role::kGamma; });
  gamma.data[3] = 0;  // the first to go, not the sign of a missing normalization
  const CompressedModel c = compress(model, data, settings, options);
  EXPECT_LE(2 * c.after.macs, c.before.macs);
  ASSERT_EQ(c.notes.size(), 1u);
  EXPECT_NE(c.notes[0].find("hidden went by l1"), std::string::npos) << c.notes[0];
  model = trained({});
  refused("no layer whose channels can go has a batch normalization behind it (hidden)");
}

TEST_F(Compress, gives_the_same_bits_for_any_number_of_threads) {
  settings.prune = parse_pruning("0.5");
  settings.clusters = 16;
  const auto weights = [&](int threads) {
    options.threads = threads;
    return test::weights_of(compress(model, data, settings, options, {.teachers = {model}}).run.model);
  };
  EXPECT_EQ(weights(1), weights(3));
}

TEST_F(Compress, refuses_what_does_not_go_together_before_training) {
  refused("says nothing that should be done");
  settings.clusters = 65;
  refused("65 is not 2 .. 64");
  settings.clusters = 16;
  settings.bits = 4;
  refused("does not go together with clusters");
  settings.bits = 5;
  refused("5 is neither 8 nor 4");
  settings.prune = parse_pruning("2:4");
  settings.schedule = PruneSchedule::kPolynomial;
  refused("polynomial is of a share");
  settings.prune = parse_pruning("0.5");
  settings.keep_layers = {"secnd"};
  refused("did you mean 'second'?");
  settings.prune = parse_pruning("structured:0.999");
  refused("ask for less");
}

TEST_F(Compress, says_of_a_model_that_it_cannot_gain) {
  model = train(sequential("m", {20, 4}, {DepthwiseConv1D{5}, GlobalAveragePool1D{}, Dense{3, softmax}}),
                data, options)
              .model;
  settings.prune = parse_pruning("1:16");
  refused("nothing in this model would gain by it: ");
  settings.clusters = 64;
  refused("12 weights with 1 table of 64 values would need 73 bytes");
  settings.prune = parse_pruning("structured:0.5");
  refused("no channel can be removed");
}

TEST_F(Compress, keeps_the_order_channels_zeros_values) {
  settings.clusters = 8;
  model = compress(model, data, settings, options).run.model;
  settings.clusters = 0;
  settings.prune = parse_pruning("0.5");
  refused("has clusters already");
  settings.prune = parse_pruning("structured:0.5");
  refused("is compressed already");
  settings.bits = 4;
  refused("cannot have both");
}

// The formula of Hinton et al. 2015 in double precision.
TEST_F(Compress, distillation_is_the_divergence_of_softened_answers) {
  const double temperature = 3, weight = 0.7;
  const Model other = train(sequential("m", {20, 4}, {Flatten{}, Dense{3, softmax}}), data, options).model;
  Distillation teacher(other, {other, model}, {temperature, weight}, options);
  ThreadPool pool(1);
  const size_t floats = 80, rows = 5;
  std::vector<float> x(rows * floats);
  Random random(2);
  for (float &v : x) v = random.uniform(-1.0f, 1.0f);
  teacher.before_step({0, static_cast<int>(rows), x.data()}, pool);
  std::vector<std::vector<double>> targets(rows, std::vector<double>(3, 0.0));
  const auto softened = [&](const float *z, double t) {
    std::vector<double> p(3);
    double sum = 0;
    for (size_t c = 0; c < 3; ++c) sum += p[c] = std::exp(z[c] / t);
    for (double &v : p) v /= sum;
    return p;
  };
  for (const Model &m : {other, model}) {
    Network network(m.graph, rows, 0, pool);
    std::copy(x.begin(), x.end(), network.input());
    network.predict(rows);
    for (size_t r = 0; r < rows; ++r) {
      const std::vector<double> p = softened(network.output(static_cast<int>(r)), temperature);
      for (size_t c = 0; c < 3; ++c) targets[r][c] += p[c] / 2;
    }
  }
  const auto expected = [&](const std::vector<float> &z, size_t r) {
    const std::vector<double> q = softened(z.data(), temperature);
    double loss = 0;
    for (size_t c = 0; c < 3; ++c) loss += targets[r][c] * std::log(targets[r][c] / q[c]);
    return weight * temperature * temperature * loss;
  };
  for (size_t r = 0; r < rows; ++r) {
    std::vector<float> z = {random.uniform(-2.0f, 2.0f), random.uniform(-2.0f, 2.0f), 0.5f}, dx(3, 1.0f);
    EXPECT_NEAR(teacher.loss(static_cast<int>(r), 3, z.data(), 0.25, dx.data()), expected(z, r), 1e-5);
    for (size_t c = 0; c < 3; ++c) {
      std::vector<float> up = z, down = z;
      up[c] += 1e-2f;
      down[c] -= 1e-2f;
      EXPECT_NEAR(dx[c], 1 + 0.25 * (expected(up, r) - expected(down, r)) / 2e-2, 1e-4);
    }
  }
}

TEST_F(Compress, a_network_that_is_its_teacher_has_nothing_to_learn_from_it) {
  Distillation teacher(model, {model}, {}, options);
  ThreadPool pool(1);
  std::vector<float> x(80, 0.3f), dx(3, 0.0f);
  teacher.before_step({0, 1, x.data()}, pool);
  Network network(model.graph, 1, 0, pool);
  std::copy(x.begin(), x.end(), network.input());
  network.predict(1);
  EXPECT_NEAR(teacher.loss(0, 3, network.output(0), 1, dx.data()), 0, 1e-6);
  for (float d : dx) EXPECT_NEAR(d, 0, 1e-6);
}

TEST_F(Compress, a_small_network_learns_from_a_larger_one) {
  const Model small = train(sequential("m", {20, 4}, {Flatten{}, Dense{3, softmax}}), data, options).model;
  settings.teaching.weight = 10;
  settings.tune = {.epochs = 20, .learning_rate = 1e-2f};
  const CompressedModel c = compress(small, data, settings, options, {.teachers = {model, small}});
  EXPECT_EQ(c.before.macs, c.after.macs);
  EXPECT_EQ(c.run.history.size(), 20u);
  TrainOptions alone = compress_options(settings, options);
  const Model untaught = train(small, data, alone).model,
              taught = compress(small, data, settings, options, {.teachers = {model}}).run.model;
  const size_t rows = data.train.size();
  std::vector<float> x;
  const auto &tables = model.preprocessing.steps.at(0).tables;
  for (size_t i = 0; i < rows * 80; ++i)
    x.push_back((data.train.values[i] - tables.at("mean")[i % 4]) * tables.at("gain")[i % 4]);
  ThreadPool pool(1);
  alone.batch = rows;
  Distillation teacher(small, {model}, {}, alone);
  teacher.before_step({0, static_cast<int>(rows), x.data()}, pool);
  const auto divergence = [&](const Model &student) {
    Network network(student.graph, rows, 0, pool);
    std::copy(x.begin(), x.end(), network.input());
    network.predict(rows);
    double sum = 0;
    std::vector<float> dx(3);
    for (int r = 0; r < static_cast<int>(rows); ++r)
      sum += teacher.loss(r, 3, network.output(r), 1, dx.data());
    return sum;
  };
  EXPECT_LT(divergence(taught), 0.95 * divergence(untaught));
}

TEST_F(Compress, a_teacher_of_other_inputs_or_classes_is_refused) {
  Model other = model;
  other.labels[0] = "else";
  EXPECT_ERROR(compress(model, data, settings, options, {.teachers = {other}}), "its classes are else");
  other = model;
  other.preprocessing.steps[0].tables["mean"][0] += 1;
  EXPECT_ERROR(compress(model, data, settings, options, {.teachers = {other}}),
               "normalizes them by other numbers");
}

TEST_F(Compress, the_float_model_teaches_in_quantization_aware_training) {
  const QuantizeOptions q{data.train};
  const TuneSettings tune{.epochs = 2, .learning_rate = 1e-3f};
  const TunedModel a = quantize_aware(model, data, q, tune, options),
                   b = quantize_aware(model, data, q, tune, options, Teaching{.weight = 2});
  EXPECT_NE(test::weights_of(a.run.model), test::weights_of(b.run.model));
  EXPECT_GT(b.run.history[0].loss, a.run.history[0].loss);  // a second loss is in it
  EXPECT_GE(evaluate(b.program, data.val).accuracy, 0.7);
}

}  // namespace
}  // namespace mote
