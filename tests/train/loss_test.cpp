// Losses against their formulas in double precision, and what training does with them.
#include "train/loss.h"

#include <cmath>
#include <limits>

#include "base/files.h"
#include "base/process.h"
#include "mote/workflow.h"
#include "train/network.h"
#include "train/second_trainer.h"

namespace mote {
namespace {

double formula(const Loss &l, const std::vector<float> &x, const Target &t) {
  return test::loss_formula(l, {x.begin(), x.end()}, t);
}

TEST(Loss, value_and_gradient_agree_with_the_formula) {
  std::vector<Loss> losses;
  for (const auto &[name, type] : loss_names()) losses.push_back({type});
  losses.push_back({.type = LossType::kCategoricalCrossentropy, .label_smoothing = 0.1});
  losses.push_back({.type = LossType::kBinaryCrossentropy, .label_smoothing = 0.2});
  losses.push_back({.type = LossType::kCategoricalCrossentropy, .focal_gamma = 2});
  losses.push_back({.type = LossType::kBinaryCrossentropy, .focal_gamma = 1.5});
  losses.push_back({.type = LossType::kHuber, .huber_delta = 0.3});
  Random random(1);
  for (const Loss &l : losses)
    for (size_t n : {1u, 3u, 7u}) {
      if (n == 1 && l.type == LossType::kCategoricalCrossentropy) continue;
      std::vector<float> x(n), values(n), dx(n);
      for (float &v : x) v = static_cast<float>(1.5 * random.normal());
      for (float &v : values) v = static_cast<float>(random.normal());
      const bool has_values = l.is_regression() && n == 7;
      const Target t{static_cast<int>(random.below(std::max<size_t>(2, n))),
                     has_values ? values.data() : nullptr};
      EXPECT_NEAR(example_loss(l, n, x.data(), t, 2.0, dx.data()), formula(l, x, t), 1e-9);
      for (size_t c = 0; c < n; ++c) {
        std::vector<float> high = x, low = x;
        high[c] += 1.0f / 1024;
        low[c] -= 1.0f / 1024;
        const double slope = (formula(l, high, t) - formula(l, low, t)) /
                             (static_cast<double>(high[c]) - static_cast<double>(low[c]));
        EXPECT_NEAR(dx[c], 2 * slope, 2e-4) << static_cast<int>(l.type) << " " << l.focal_gamma << " " << n;
      }
    }
}

// Of no class: the cross-entropy with a target of 1 / n for each class; of one sigmoid 1/2; of several none.
TEST(Loss, of_no_class_wants_all_classes_equally_likely) {
  const std::vector<float> x = {1.5f, -0.5f, 0.25f};
  double sum = 0;
  for (float v : x) sum += std::exp(double{v});
  for (const Loss l : {Loss{}, Loss{.label_smoothing = 0.1}, Loss{.focal_gamma = 2}}) {
    float dx[3];
    const double loss = example_loss(l, 3, x.data(), {kNoClass}, 2, dx);
    EXPECT_NEAR(loss, std::log(sum) - (1.5 - 0.5 + 0.25) / 3, 1e-9);
    for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(dx[c], 2 * (std::exp(double{x[c]}) / sum - 1.0 / 3), 1e-6);
  }
  const Loss binary{.type = LossType::kBinaryCrossentropy};
  const auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
  float dx[3];
  EXPECT_NEAR(example_loss(binary, 1, x.data(), {kNoClass}, 1, dx), std::log1p(std::exp(1.5)) - 0.75, 1e-9);
  EXPECT_NEAR(dx[0], sigmoid(1.5) - 0.5, 1e-6);
  example_loss(binary, 3, x.data(), {kNoClass}, 3, dx);
  for (size_t c = 0; c < 3; ++c) EXPECT_NEAR(dx[c], sigmoid(double{x[c]}), 1e-6);
}

TEST(Loss, stays_finite_at_extreme_logits) {
  for (double gamma : {0.0, 0.5, 2.0})
    for (LossType type : {LossType::kCategoricalCrossentropy, LossType::kBinaryCrossentropy})
      for (float size : {50.0f, 1000.0f, 1e6f}) {
        const float x[2] = {size, -size};
        for (int truth : {0, 1}) {
          float dx[2] = {0, 0};
          const double loss = example_loss({.type = type, .focal_gamma = gamma}, 2, x, {truth}, 1, dx);
          EXPECT_TRUE(std::isfinite(loss) && std::isfinite(dx[0]) && std::isfinite(dx[1])) << size << gamma;
        }
      }
}

TEST(Loss, settings_that_make_no_sense_are_refused) {
  const Splits data = test::toy_splits();
  EXPECT_ERROR(train(test::toy_model(), data, {.loss = {.label_smoothing = 0.1, .focal_gamma = 2}}),
               "does not go together");
  EXPECT_ERROR(train(test::toy_model(), data, {.loss = {.type = LossType::kMse, .label_smoothing = 0.1}}),
               "belong to the cross-entropies");
  EXPECT_ERROR(train(test::toy_model(), data, {.loss = {}, .target = ModelTarget::kInput}),
               "needs classes as target");
  EXPECT_ERROR(train(test::toy_model(), data, {.loss = {LossType::kMse}, .target = ModelTarget::kInput}),
               "one output per input value");
  EXPECT_ERROR(train(test::toy_model(), data, {.loss = {LossType::kMse}, .target = ModelTarget::kValues}),
               "0 target values");
  EXPECT_ERROR(
      train(test::toy_model(), data, {.epochs = 1, .early_stopping = {.patience = 2, .monitor = "val_mae"}}),
      "'val_mae' is not measured; use loss, val_loss, accuracy or val_accuracy");
  const Splits two = test::toy_splits(2);
  EXPECT_ERROR(
      train(sequential("n", {20, 3}, {Flatten{}, Dense{1}}), two, {.loss = {LossType::kBinaryCrossentropy}}),
      "activation sigmoid");
}

TEST(Loss, every_loss_trains_a_classifier) {
  const Splits data = test::toy_splits();
  for (const auto &[name, type] : loss_names()) {
    const TrainedRun run =
        train(test::toy_model(), data, {.epochs = 40, .batch = 8, .optimizer = Adam{5e-3f}, .loss = {type}});
    EXPECT_GT(evaluate(run.model, data.test).accuracy, 0.9) << name;
  }
}

TEST(Regularization, adds_l1_and_l2_of_the_kernels_to_loss_and_gradient) {
  Model plain = sequential("n", {4}, {Dense{3, relu}, Dense{2}});
  initialize(plain.graph, 3);
  Model weighted =
      sequential("n", {4}, {Dense{.units = 3, .activation = relu, .l1 = 0.01, .l2 = 0.1}, Dense{2}});
  for (size_t i = 0; i < plain.graph.params.size(); ++i)
    weighted.graph.params[i].data = plain.graph.params[i].data;
  ThreadPool pool(1);
  Network a(plain.graph, 2, 1, pool), b(weighted.graph, 2, 1, pool);
  for (int i = 0; i < 8; ++i) a.input()[i] = b.input()[i] = 0.3f * static_cast<float>(i - 3);
  const int classes[] = {0, 1};
  const double difference = b.step(2, {classes}, {}, 0).loss_sum - a.step(2, {classes}, {}, 0).loss_sum;
  double expected = 0;
  for (size_t i = 0; i < a.gradients().size(); ++i) {
    const double w = plain.graph.params[0].data[i < 12 ? i : 0];
    if (i < 12) expected += 0.01 * std::fabs(w) + 0.1 * w * w;
    const double more = i < 12 ? 0.01 * (w > 0 ? 1 : -1) + 0.2 * w : 0;
    EXPECT_NEAR(b.gradients()[i] - a.gradients()[i], more, 1e-6) << i;
  }
  EXPECT_NEAR(difference, 2 * expected, 1e-9);
}

TEST(Regression, values_are_learned_quantized_and_exported) {
  Splits data = test::toy_splits();
  for (Dataset *set : {&data.train, &data.val, &data.test})
    for (size_t i = 0; i < set->size(); ++i) {
      set->targets.push_back(set->example(i)[0] - set->example(i)[4]);
      set->targets.push_back(0.5f * static_cast<float>(set->classes[i]));
    }
  const TrainedRun run = train(sequential("n", {20, 3}, {Flatten{}, Dense{24, relu}, Dense{2}}), data,
                               {.epochs = 150,
                                .batch = 8,
                                .optimizer = Adam{3e-3f},
                                .loss = {LossType::kMse},
                                .target = ModelTarget::kValues});
  EXPECT_LT(run.history.back().mae, 0.2);
  EXPECT_EQ(run.history.back().value("val_mae"), run.history.back().val_mae);
  const IntegerProgram program = quantize(run.model, {data.train});
  const Evaluation f = evaluate(run.model, data.train), q = evaluate(program, data.train);
  EXPECT_TRUE(q.is_regression);
  EXPECT_LT(f.mse, 0.06);
  EXPECT_NEAR(q.mae, f.mae, 0.1);
  const IntegerProgram back = std::get<IntegerProgram>(parse_mote(format_mote(program), "x"));
  EXPECT_EQ(evaluate(back, data.test).mse, evaluate(program, data.test).mse);
  EXPECT_EQ(evaluate(std::get<Model>(parse_mote(format_mote(run.model), "x")), data.test).mse,
            evaluate(run.model, data.test).mse);
  const test::TempFolder folder;
  export_c(program, (folder / "c").string(), {.golden_from = &data.test});
  EXPECT_NE(verify_c((folder / "c").string()).find("golden vectors equal"), std::string::npos);
}

TEST(Regression, an_autoencoder_gives_its_input_again) {
  const Splits data = test::toy_splits(2, 20, 1, 60);
  const TrainedRun run = train(
      sequential("n", {20, 1}, {Flatten{}, Dense{12, relu}, BatchNorm{.momentum = 0.9}, Dense{20}}), data,
      {.epochs = 200,
       .batch = 16,
       .optimizer = Adam{5e-3f},
       .loss = {LossType::kMse},
       .target = ModelTarget::kInput,
       .augment = {.noise = 0.05f}});
  const IntegerProgram program = quantize(run.model, {data.train});
  const Evaluation f = evaluate(run.model, data.test), q = evaluate(program, data.test);
  EXPECT_LT(f.mse, 0.35);  // normalized values have the variance 1
  EXPECT_NEAR(q.mse, f.mse, 0.05);
  EXPECT_EQ(std::get<IntegerProgram>(parse_mote(format_mote(program), "x")).front_end.target,
            ModelTarget::kInput);
}

TEST(SingleOutput, stands_for_two_classes_everywhere) {
  const Splits data = test::toy_splits(2);
  const TrainedRun run =
      train(sequential("n", {20, 3}, {Flatten{}, Dense{8, relu}, Dense{1, sigmoid}}), data,
            {.epochs = 60, .batch = 8, .optimizer = Adam{5e-3f}, .loss = {LossType::kBinaryCrossentropy}});
  const IntegerProgram program = quantize(run.model, {data.train});
  EXPECT_GT(evaluate(run.model, data.test).accuracy, 0.9);
  const Evaluation q = evaluate(program, data.test);
  EXPECT_GT(q.accuracy, 0.9);
  EXPECT_EQ(evaluate(std::get<IntegerProgram>(parse_mote(format_mote(program), "x")), data.test).predicted,
            q.predicted);
  // the exported C decides the same way
  const test::TempFolder folder;
  const std::string c = (folder / "c").string();
  export_c(program, c, {.golden_from = &data.test, .golden_count = 8});
  std::string expected;
  for (int n = 0; n < 8; ++n)
    expected += std::to_string(q.predicted[static_cast<size_t>(n) * data.test.size() / 8]) + " ";
  write_file(folder / "c" / "decide.c",
             "#include <stdio.h>\n#include \"golden.h\"\nint main(void) { int n; for (n = 0; n < 8; ++n) "
             "printf(\"%d \", mote_n_predict(golden_input[n], 0)); (void)golden_output; return 0; }\n");
  const auto compiled = run_process(
      {"sh", "-c", "cd " + c + " && rm selftest.c model_selftest.c && cc -o decide *.c && ./decide"});
  EXPECT_EQ(compiled.output, expected);
}

TEST(Callbacks, log_and_checkpoints_are_written_as_epochs_end) {
  const Splits data = test::toy_splits();
  const test::TempFolder folder;
  const std::string log = (folder / "log.csv").string();
  std::vector<size_t> lines;
  double best_loss = 1e9;
  size_t best_bytes = 0;
  const TrainedRun run =
      train(test::toy_model(), data,
            {.epochs = 30,
             .callbacks = {csv_log(log), checkpoint((folder / "points").string()), [&](const EpochEnd &end) {
                             const std::string text = read_file(log);
                             lines.push_back(static_cast<size_t>(std::count(text.begin(), text.end(), '\n')));
                             EXPECT_EQ(end.is_best, end.record.val_loss < best_loss);
                             best_loss = std::min(best_loss, end.record.val_loss);
                             const std::string last = read_file(folder / "points" / "last.mote"),
                                               best = read_file(folder / "points" / "best.mote");
                             EXPECT_EQ(last, format_mote(end.model()));
                             if (end.is_best) EXPECT_EQ(last, best);
                             best_bytes = best.size();
                             return end.record.epoch < 7;
                           }}});
  EXPECT_EQ(run.history.size(), 7u);
  EXPECT_EQ(lines, (std::vector<size_t>{2, 3, 4, 5, 6, 7, 8}));
  EXPECT_GT(best_bytes, 0u);
  const Model last = std::get<Model>(load((folder / "points" / "last.mote").string()));
  EXPECT_EQ(evaluate(last, data.test).predicted, evaluate(run.model, data.test).predicted);
  EXPECT_ERROR(train(test::toy_model(), data, {.epochs = 2, .callbacks = {checkpoint("/proc/nowhere")}}),
               "/proc/nowhere");
}

TEST(NanGuard, names_step_and_layer) {
  Splits data = test::toy_splits();
  const std::string diverged =
      test::error_of([&] { train(test::toy_model(), data, {.epochs = 50, .optimizer = Sgd{1e30f}}); });
  EXPECT_NE(diverged.find("epoch 1, step "), std::string::npos) << diverged;
  EXPECT_NE(diverged.find("layer '"), std::string::npos) << diverged;
  Model model = sequential("n", {2}, {Layer(Dense{2}).named("first"), Layer(Dense{2}).named("second")});
  initialize(model.graph, 1);
  model.graph.params[2].data[1] = std::numeric_limits<float>::quiet_NaN();
  ThreadPool pool(1);
  Network network(model.graph, 1, 1, pool);
  const int truth = 0;
  network.input()[0] = network.input()[1] = 1;
  network.step(1, {&truth}, {}, 0);
  EXPECT_EQ(network.first_not_finite(model.graph, 1, 0), "the weights of layer 'second'");
  network.input()[1] = std::numeric_limits<float>::infinity();
  network.step(1, {&truth}, {}, 1);
  EXPECT_EQ(network.first_not_finite(model.graph, 1, 0), "the input");
}

TEST(SpatialDropout, drops_whole_channels) {
  Model model = sequential("n", {50, 8}, {SpatialDropout1D{0.5}, Flatten{}, Dense{2}});
  initialize(model.graph, 1);
  const Node &node = model.graph.nodes[0];
  const NodeView view = model.graph.view(node);
  std::vector<float> x(400, 1.0f), y(400), state(400);
  const float *in = x.data();
  ForwardArgs a;
  a.rows = 1;
  a.x = &in;
  a.y = y.data();
  a.state = state.data();
  a.is_training = true;
  a.seed = 3;
  node.op->forward->compile(view)(a);
  size_t dropped = 0;
  for (size_t c = 0; c < 8; ++c) {
    for (size_t t = 1; t < 50; ++t) EXPECT_EQ(y[t * 8 + c], y[c]);
    EXPECT_TRUE(y[c] == 0.0f || y[c] == 2.0f);
    dropped += y[c] == 0.0f;
  }
  EXPECT_GT(dropped, 0u);
  EXPECT_LT(dropped, 8u);
  EXPECT_ERROR(sequential("n", {4, 4, 2}, {SpatialDropout1D{}}), "expected (time, channels)");
}

}  // namespace
}  // namespace mote
