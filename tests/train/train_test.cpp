// train() as a whole: it learns, gives the same bits on every tier, refuses what does not fit, and keeps
// validation apart; early stopping, metrics and optimizers against their formulas.
//
// Resuming: epochs_test.cpp; numbers of another framework: networks_test.cpp and tests/golden.
#include <limits>
#include <map>

#include "base/cpu.h"
#include "base/threads.h"
#include "mote/report.h"
#include "train/callbacks.h"
#include "train/network.h"
#include "train/optimizer.h"
#include "train/second_trainer.h"
#include "train/state.h"

namespace mote {
namespace {

using test::toy_run;
using test::toy_splits;

TEST(Train, learns_the_toy_problem) {
  const Splits data = toy_splits();
  const TrainedRun run = toy_run(data, 40);
  EXPECT_GT(evaluate(run.model, data.test).accuracy, 0.9);
  EXPECT_LT(run.history.back().loss, run.history.front().loss / 3);
}

std::vector<float> weights_of(const TrainedRun &run) { return test::weights_of(run.model); }

TEST(Train, same_bits_on_every_tier) {
  const Splits data = toy_splits(3, 20, 3, 24);
  const Tier before = active_tier();
  std::vector<std::vector<float>> results;
  for (Tier tier : available_tiers()) {
    force_tier(tier);
    EXPECT_EQ(active_tier(), tier);
    results.push_back(weights_of(toy_run(data, 2)));
  }
  force_tier(before);
  for (const auto &r : results) EXPECT_EQ(r, results.front());
}

TEST(Train, refuses_what_does_not_fit) {
  const Splits data = toy_splits();
  EXPECT_ERROR(train(test::toy_model(3, 21, 3), data, {.epochs = 1}), "does not fit windows of (20, 3)");
  EXPECT_ERROR(train(test::toy_model(4), data, {.epochs = 1}), "does not fit 3 classes");
  EXPECT_ERROR(train(test::toy_model(), data, {.epochs = 0}), "train.epochs");
  EXPECT_ERROR(train(test::toy_model(), data, {.epochs = 1, .class_weights = {1, 2}}),
               "2 entries for 3 classes");
  EXPECT_ERROR(train(test::toy_model(), data, {.epochs = 50, .optimizer = Sgd{1e30f}}),
               "the loss is not finite in epoch");
}

TEST(Train, validation_windows_are_never_augmented) {
  const Splits data = toy_splits();
  TrainOptions o{.epochs = 2, .batch = 8, .optimizer = Adam{1e-12f}, .threads = 1};
  const TrainedRun plain = train(test::toy_model(), data, o);
  o.augment = {.noise = 5, .scale = 0.9f, .shift = 0.5f};
  const TrainedRun augmented = train(test::toy_model(), data, o);
  EXPECT_NEAR(augmented.history[1].val_loss, plain.history[1].val_loss, 1e-6);
  EXPECT_GT(std::fabs(augmented.history[1].loss - plain.history[1].loss), 1e-3);
}

TEST(Train, normalization_is_fitted_on_training_windows_only) {
  Splits data = toy_splits();
  const TrainedRun run = toy_run(data, 1);
  for (float &v : data.val.values) v += 1000;
  for (float &v : data.test.values) v += 1000;
  EXPECT_EQ(toy_run(data, 1).model.preprocessing.steps[0].tables, run.model.preprocessing.steps[0].tables);
  EXPECT_EQ(run.model.preprocessing.steps[0].table("mean").size(), 3u);
}

TEST(Train, class_weights_scale_the_loss) {
  const Splits data = toy_splits();
  ThreadPool pool(1);
  Model model = test::toy_model();
  initialize(model.graph, 1);
  Network network(model.graph, 4, 1, pool);
  std::fill_n(network.input(), 4 * 60, 0.5f);
  const int classes[4] = {0, 1, 2, 0};
  const StepResult plain = network.step(4, {classes}, {}, 0);
  const std::vector<float> gradient = network.gradients();
  const StepResult doubled = network.step(4, {classes}, {2, 2, 2}, 0);
  EXPECT_NEAR(doubled.loss_sum, 2 * plain.loss_sum, 1e-9);
  for (size_t i = 0; i < gradient.size(); ++i) EXPECT_NEAR(network.gradients()[i], 2 * gradient[i], 1e-6);
}

EpochRecord epoch(int n, double val_loss, double val_accuracy = 0.5) {
  return {n, val_loss, 0.5, val_loss, val_accuracy, 0.1, 0};
}

TEST(EarlyStopping, stops_after_patience_epochs_without_improvement) {
  EarlyStoppingState state({.patience = 2, .min_delta = 0.01});
  EXPECT_TRUE(state.end_of_epoch(epoch(1, 1.0)).is_best);
  EXPECT_TRUE(state.end_of_epoch(epoch(2, 0.9)).is_best);
  EXPECT_FALSE(state.end_of_epoch(epoch(3, 0.895)).is_best);  // within min_delta
  EXPECT_TRUE(state.end_of_epoch(epoch(4, 0.95)).stop);
}

TEST(EarlyStopping, watches_accuracy_upwards) {
  EarlyStoppingState state({.patience = 1, .monitor = "val_accuracy"});
  EXPECT_FALSE(state.end_of_epoch(epoch(1, 1, 0.5)).stop);
  EXPECT_TRUE(state.end_of_epoch(epoch(2, 1, 0.6)).is_best);
  EXPECT_TRUE(state.end_of_epoch(epoch(3, 1, 0.6)).stop);
}

TEST(ReduceLROnPlateau, follows_keras_with_cooldown_and_floor) {
  ReduceLROnPlateauState state(
      {.patience = 2, .factor = 0.5, .min_delta = 0, .min_rate = 0.2, .cooldown = 1});
  double rate = 1;
  std::vector<double> rates;
  for (int n = 1; n <= 8; ++n) rates.push_back(rate = state.next_rate(epoch(n, 1.0), rate));
  EXPECT_EQ(rates, (std::vector<double>{1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2}));
}

TEST(History, names_over_and_underfitting_and_stays_silent_otherwise) {
  std::vector<EpochRecord> over, under, good;
  for (int n = 1; n <= 20; ++n) {
    over.push_back({n, 1.0 / n, 0.99, 0.5 + 0.05 * n, 0.7, 0.1, 0});
    under.push_back({n, 1.0, 0.4, 1.01, 0.4, 0.1, 0});
    good.push_back({n, n < 10 ? 1.0 / n : 0.1, 0.97, n < 10 ? 1.1 / n : 0.11, 0.96, 0.1, 0});
  }
  EXPECT_NE(judge_history(over).find("Overfitting"), std::string::npos);
  EXPECT_NE(judge_history(under).find("Underfitting"), std::string::npos);
  EXPECT_EQ(judge_history(good), "");
}

// The example of scikit-learn's classification_report: its published output.
TEST(Metrics, are_those_of_classification_report) {
  const Evaluation e = score("float", {"class 0", "class 1", "class 2"}, {0, 1, 2, 2, 2}, {0, 0, 2, 2, 1});
  const auto two = [](double v) { return std::round(v * 100) / 100; };
  EXPECT_EQ(two(e.classes[0].precision), 0.5);
  EXPECT_EQ(two(e.classes[0].recall), 1.0);
  EXPECT_EQ(two(e.classes[0].f1), 0.67);
  EXPECT_EQ(two(e.classes[1].f1), 0.0);
  EXPECT_EQ(two(e.classes[2].precision), 1.0);
  EXPECT_EQ(two(e.classes[2].recall), 0.67);
  EXPECT_EQ(two(e.classes[2].f1), 0.8);
  EXPECT_EQ(two(e.accuracy), 0.6);
  EXPECT_EQ(two(e.macro.precision), 0.5);
  EXPECT_EQ(two(e.macro.recall), 0.56);
  EXPECT_EQ(two(e.macro.f1), 0.49);
  EXPECT_EQ(two(e.weighted.precision), 0.7);
  EXPECT_EQ(two(e.weighted.recall), 0.6);
  EXPECT_EQ(two(e.weighted.f1), 0.61);
  EXPECT_EQ(e.confusion[2], (std::vector<size_t>{0, 1, 2}));
}

TEST(Metrics, wilson_interval_has_textbook_values) {  // 81 of 263: 0.255 .. 0.366 (Newcombe 1998, table II)
  EXPECT_NEAR(wilson_interval(81, 263).low, 0.2553, 5e-4);
  EXPECT_NEAR(wilson_interval(81, 263).high, 0.3662, 5e-4);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.1611, 5e-4);
  EXPECT_EQ(wilson_interval(29, 29).high, 1.0);
}

TEST(Project, unknown_keys_name_the_nearest) {
  const auto parse = [](const std::string &text) { return parse_project(text, "mote.toml", "."); };
  const std::string model =
      "\n[model]\nlayers = [ { type = \"flatten\" }, { type = \"dense\", units = \"classes\" } ]\n";
  EXPECT_NO_THROW(parse(model));
  EXPECT_ERROR(parse("[data]\nwindw = 5" + model),
               "mote.toml:2: data.windw: unknown key; did you mean 'data.window'?");
  EXPECT_ERROR(parse("[dta]\nwindow = 5" + model), "did you mean 'data'?");
  EXPECT_ERROR(parse("[train]\nepochs = 1.5" + model), "mote.toml:2: train.epochs: expected an integer");
  EXPECT_ERROR(parse("[train]\nepochs = 0" + model), "outside");
  EXPECT_ERROR(parse("[train]\noptimizer = \"lion\"" + model), "not one of adam, adamw, sgd, rmsprop");
  EXPECT_ERROR(parse("[split]\ntrain = 0.9" + model), "must add up to 1");
  EXPECT_ERROR(parse("[model]\nlayers = [ { type = \"dense\", unit = 3 } ]"),
               "mote.toml:2: model.layers[0]: unknown setting 'unit'; did you mean 'units'?");
  EXPECT_ERROR(parse("[model]\nlayers = [ { type = \"dens\" } ]"), "did you mean 'dense'?");
  EXPECT_ERROR(parse("[data\n"), "mote.toml:1");
  EXPECT_ERROR(parse("\xFF\xFE"), "not UTF-8");
  EXPECT_ERROR(parse(""), "describes no model");
  EXPECT_ERROR(parse("\n\xC9\xA8$"), "mote.toml:2");
  EXPECT_ERROR(parse("name = \"\"\"\\\xEF\xBB\xB7\"\"\""), "mote.toml:1");
  EXPECT_ERROR(parse(std::string("# \"\n0=048\0;\0\"\xCA\xBD", 16)), "mote.toml:2");
  EXPECT_ERROR(parse("[.\x0F"), "mote.toml");
  EXPECT_NO_THROW(parse("name = \"gr\xC3\xBC\xC3\x9F\" # \xC3\xBC" + model));
}

// Steps against the formulas in double precision.
TEST(Optimizers, follow_their_formulas) {
  const std::vector<float> start = {0.5f, -1.25f, 2.0f};
  const auto gradient = [](int t, size_t i) {
    return 0.3 * std::sin(1.0 + t * 0.7 + static_cast<double>(i));
  };
  const auto compare = [&](const Optimizer &optimizer,
                           const std::function<double(int, double, double &, double &, double)> &rule) {
    std::vector<float> w = start;
    std::vector<double> expected(start.begin(), start.end()), m(3, 0.0), v(3, 0.0);
    OptimizerState state(optimizer, w.size());
    for (int t = 1; t <= 6; ++t) {
      std::vector<float> g;
      for (size_t i = 0; i < 3; ++i) g.push_back(static_cast<float>(gradient(t, i)));
      state.apply(optimizer, g, w);
      for (size_t i = 0; i < 3; ++i)
        expected[i] = rule(t, static_cast<double>(g[i]), m[i], v[i], expected[i]);
      for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(static_cast<double>(w[i]), expected[i], 2e-6);
    }
  };
  compare(AdamW{0.01f, 0.1f}, [](int t, double g, double &m, double &v, double w) {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    return w - 0.01 * 0.1 * w -
           0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-7);
  });
  compare(RmsProp{0.01f, 0.8f, 0.5f}, [](int, double g, double &m, double &v, double w) {
    v = 0.8 * v + 0.2 * g * g;
    m = 0.5 * m + 0.01 * g / std::sqrt(v + 1e-7);
    return w - m;
  });
  compare(Sgd{0.1f, 0.9f, true}, [](int, double g, double &m, double &, double w) {
    m = 0.9 * m - 0.1 * g;
    return w + 0.9 * m - 0.1 * g;
  });
}

TEST(Optimizers, clip_values_and_the_norm_of_all) {
  std::vector<float> g = {3, -4, 0.5f};
  clip({}, g);
  EXPECT_EQ(g, (std::vector<float>{3, -4, 0.5f}));
  clip({.value = 2}, g);
  EXPECT_EQ(g, (std::vector<float>{2, -2, 0.5f}));
  g = {3, 4};
  clip({.norm = 1}, g);
  EXPECT_NEAR(g[0], 0.6, 1e-6);
  EXPECT_NEAR(g[1], 0.8, 1e-6);
  g = {0.3f, -0.4f};
  clip({.value = 0.4f, .norm = 0.51f}, g);  // within both
  EXPECT_EQ(g, (std::vector<float>{0.3f, -0.4f}));
}

TEST(Schedules, follow_their_formulas) {
  const auto at = [](const Schedule &s, uint64_t step) { return schedule_factor(s, step, 10, 20); };
  EXPECT_EQ(at({}, 55), 1.0);
  const Schedule step{.type = "step", .every = 5, .factor = 0.5};
  EXPECT_EQ(at(step, 49), 1.0);
  EXPECT_EQ(at(step, 50), 0.5);
  EXPECT_EQ(at(step, 149), 0.25);
  EXPECT_NEAR(at({.type = "exponential", .every = 5, .factor = 0.5}, 75), std::pow(0.5, 1.5), 1e-12);
  const Schedule cosine{.type = "cosine", .final = 0.1, .warmup = 2};
  EXPECT_NEAR(at(cosine, 0), 0.05, 1e-12);
  EXPECT_NEAR(at(cosine, 19), 1.0, 1e-12);
  EXPECT_NEAR(at(cosine, 20), 1.0, 1e-12);
  EXPECT_NEAR(at(cosine, 110), 0.1 + 0.9 * 0.5 * (1 + std::cos(std::acos(-1.0) * 0.5)), 1e-12);
  EXPECT_NEAR(at(cosine, 200), 0.1, 1e-12);
  const Splits data = toy_splits();
  const TrainedRun run =
      train(test::toy_model(), data,
            {.epochs = 4, .batch = 8, .schedule = {.type = "step", .every = 2, .factor = 0.1}, .threads = 1});
  EXPECT_NEAR(run.history[3].learning_rate, 1e-4, 1e-9);
}

TEST(Project, layers_have_names_and_inputs) {
  const Project p = parse_project(
      "[model]\nlayers = [ { type = \"conv1d\", filters = 4, padding = \"same\", name = \"a\" },\n"
      "  { type = \"conv1d\", filters = 4, padding = \"same\", use_bias = false },\n"
      "  { type = \"add\", inputs = [\"a\", \"conv1d_1\"] }, { type = \"flatten\" }, { type = \"dense\", "
      "units = 2 } ]",
      "mote.toml", ".");
  const Model m = sequential("m", {10, 4}, p.layers);
  EXPECT_EQ(m.graph.output(), (Shape{2}));
  EXPECT_EQ(summarize(m).rows[1].parameters, 3u * 4 * 4);
  const auto parse = [](const std::string &text) {
    return parse_project("[model]\nlayers = [ " + text + " ]", "mote.toml", ".");
  };
  EXPECT_ERROR(parse("{ type = \"add\", inputs = \"a\" }"), "inputs: expected a list of names");
  EXPECT_ERROR(parse("{ type = \"add\", inputs = [1] }"), "inputs: expected a list of names");
  EXPECT_ERROR(parse("{ type = \"flatten\", name = 3 }"), "name: expected a string");
}

TEST(Project, every_template_parses) {
  for (const std::string &name : project_templates())
    EXPECT_NO_THROW(parse_project(project_toml(name, "x \"y\" \\"), "mote.toml", "."));
}

TEST(Network, leaves_out_what_nothing_reads) {
  const auto gradients = [](bool has_unread) {
    Graph g;
    g.input = {4};
    const int hidden = g.add("dense", "hidden", {{"units", int64_t{5}}}, {0});
    if (has_unread)
      g.add("dense", "unread", {{"units", int64_t{3}}}, {g.add("batch_norm", "n", {}, {hidden})});
    g.add("dense", "out", {{"units", int64_t{2}}}, {hidden});
    initialize(g, 1);
    for (Parameter &p : g.params)  // by name, whatever the others are
      if (p.name.find("kernel") != std::string::npos)
        for (size_t i = 0; i < p.data.size(); ++i) p.data[i] = 0.1f * static_cast<float>(i % 7) - 0.2f;
    ThreadPool pool(1);
    Network network(g, 2, 1, pool);
    std::map<std::string, std::vector<float>> by_name;
    const int classes[] = {0, 1};
    for (int i = 0; i < 8; ++i) network.input()[i] = static_cast<float>(i) - 3.0f;
    for (uint64_t step = 0; step < 2; ++step) network.step(2, {classes}, {}, step);
    for (size_t i = 0; i < g.params.size(); ++i)
      if (g.params[i].is_trainable()) {
        const auto from = network.gradients().begin() + static_cast<long>(network.offset_of(i));
        by_name[g.params[i].name] = {from, from + static_cast<long>(g.params[i].data.size())};
      }
    return by_name;
  };
  const auto plain = gradients(false), with = gradients(true);
  for (const auto &[name, gradient] : plain) EXPECT_EQ(with.at(name), gradient) << name;
  for (const char *name : {"unread/kernel", "unread/bias", "n/gamma"})
    EXPECT_EQ(with.at(name), std::vector<float>(with.at(name).size())) << name;
}

TEST(Profile, adds_up_and_names_layers) {
  const Splits data = test::toy_splits();
  TrainOptions options{.epochs = 7, .batch = 5, .seed = 3, .threads = 1};
  options.has_profile = true;
  const TrainingProfile p =
      train(sequential("m", {20, 3},
                       {Flatten{}, Dense{8}, BatchNorm{}, ReLU{}, Dropout{0.3f}, Dense{3}, Softmax{}}),
            data, options)
          .profile;
  EXPECT_GT(p.steps, 20u);
  double flop = 0, seconds = 0;
  for (const auto &row : p.rows) {
    flop += row.flop;
    seconds += row.forward_s + row.backward_s;
  }
  // the first layer, 60 x 8, without the gradient of its input, the last, 8 x 3, with it
  EXPECT_DOUBLE_EQ(flop, 2.0 * (2 * 480 + 3 * 24) * static_cast<double>(data.train.size()) *
                             static_cast<double>(p.steps) /
                             std::ceil(static_cast<double>(data.train.size()) / 5));
  EXPECT_DOUBLE_EQ(flop, p.flop());
  EXPECT_GT(seconds, 0);
  EXPECT_LE(seconds, p.step_s);  // one thread
  EXPECT_NE(profile_text(p).find("dense"), std::string::npos);
}

}  // namespace
}  // namespace mote
