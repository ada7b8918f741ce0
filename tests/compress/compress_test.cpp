// compress() whole, what it refuses, and teachers.
#include "mote/compress.h"

#include <cmath>

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
      EXPECT_EQ(evaluate(quantize(c.run.model, {data.train}), data.val).truth.size(), data.val.size());
    }
}

TEST_F(Compress, a_budget_can_be_of_anything) {
  settings.prune = parse_pruning("structured:0.3");
  const CompressedModel c =
      compress(model, data, settings, options,
               {.cost = [](const Graph &g) { return static_cast<double>(g.parameter_count()); }});
  EXPECT_LE(static_cast<double>(c.after.parameters), 0.7 * static_cast<double>(c.before.parameters));
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
  refused("12 weights with 1 tables of 64 values would need 73 bytes");
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
  const CompressedModel c = compress(small, data, settings, options, {.teachers = {model, small}});
  EXPECT_EQ(c.before.macs, c.after.macs);
  EXPECT_EQ(c.run.history.size(), 3u);
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
  const TuneSettings alone{.epochs = 2, .learning_rate = 1e-3f},
      taught{.epochs = 2, .learning_rate = 1e-3f, .teacher_weight = 2};
  const TunedModel a = quantize_aware(model, data, q, alone, options),
                   b = quantize_aware(model, data, q, taught, options);
  EXPECT_NE(test::weights_of(a.run.model), test::weights_of(b.run.model));
  EXPECT_GT(b.run.history[0].loss, a.run.history[0].loss);  // a second loss is in it
  EXPECT_GE(evaluate(b.program, data.val).accuracy, 0.7);
}

}  // namespace
}  // namespace mote
