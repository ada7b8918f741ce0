// What train() does with its options, against a second trainer that knows the formulas only.
#include "train/second_trainer.h"

namespace mote {
namespace {

using test::examples;
using test::expect_near;
using test::linear_model;
using test::SecondTrainer;
using test::some_examples;
using test::weights_of;

constexpr uint64_t kSeed = 11;

TrainOptions plain_descent(int epochs, float rate) {
  return {.epochs = epochs,
          .batch = 64,
          .optimizer = Sgd{rate},
          .seed = kSeed,
          .threads = 1,
          .normalize = "none"};
}

// Full batches, so that the order of the examples does not matter. `second` runs beside the trainer.
void expect_same(const TrainOptions &o, const Splits &data, const Model &model, SecondTrainer second) {
  const TrainedRun run = train(model, data, o);
  ASSERT_EQ(run.history.size(), static_cast<size_t>(o.epochs));
  const double rate = static_cast<double>(std::get<Sgd>(o.optimizer).learning_rate);
  for (const EpochRecord &record : run.history) {
    EXPECT_NEAR(record.loss, second.mean_loss(data.train), 2e-6) << record.epoch;
    second.step(data.train, rate);
    EXPECT_NEAR(record.val_loss, second.validation_loss(data.val), 2e-6) << record.epoch;
  }
  expect_near(weights_of(run.model), second.w);
}

TEST(SecondTrainer, agrees_on_every_loss) {
  const Splits data{some_examples(9), some_examples(4, 3, 3, 2), {}, ""};
  const Splits two{some_examples(9, 3, 2), some_examples(4, 3, 2, 2), {}, ""};
  const LossType categorical = LossType::kCategoricalCrossentropy, binary = LossType::kBinaryCrossentropy;
  const auto run = [&](const Loss &loss, Activation activation) {
    TrainOptions o = plain_descent(4, 0.3f);
    o.loss = loss;
    const Model model = linear_model(data.train, 3, activation);
    expect_same(o, data, model, SecondTrainer(model, kSeed, loss));
  };
  run({categorical}, softmax);
  run({.type = categorical, .label_smoothing = 0.2}, softmax);
  run({.type = categorical, .focal_gamma = 2}, softmax);
  run({binary}, sigmoid);
  run({.type = binary, .label_smoothing = 0.2}, sigmoid);
  run({.type = binary, .focal_gamma = 1.5}, sigmoid);
  run({LossType::kMse}, none);
  run({LossType::kMae}, none);
  run({LossType::kHuber}, none);
  run({.type = LossType::kHuber, .huber_delta = 0.3}, none);
  TrainOptions o = plain_descent(4, 0.3f);
  o.loss = {binary};
  const Model single = linear_model(two.train, 1, sigmoid);
  expect_same(o, two, single, SecondTrainer(single, kSeed, o.loss));
}

TEST(SecondTrainer, agrees_on_class_weights_which_validation_leaves_out) {
  const Splits data{some_examples(10), some_examples(4, 3, 3, 2), {}, ""};
  const Model model = linear_model(data.train, 3);
  SecondTrainer second(model, kSeed, {});
  TrainOptions o = plain_descent(3, 0.3f);
  o.class_weights = {1, 3, 0.5f};
  second.class_weights = {1, 3, 0.5};
  expect_same(o, data, model, second);
  o.class_weights = {};
  o.balance_classes = true;
  ASSERT_EQ(data.train.classes, (std::vector<int>{0, 1, 1, 1, 2, 2, 2, 0, 0, 0}));
  second.class_weights = {10.0 / (3 * 4), 10.0 / (3 * 3), 10.0 / (3 * 3)};
  expect_same(o, data, model, second);
}

TEST(SecondTrainer, agrees_on_clipping_and_leaves_small_gradients_alone) {
  const Splits data{some_examples(9), some_examples(4, 3, 3, 2), {}, ""};
  const Model model = linear_model(data.train, 3);
  const SecondTrainer second(model, kSeed, {});
  const std::vector<double> g = second.gradient(data.train);
  const double norm = std::sqrt(std::inner_product(g.begin(), g.end(), g.begin(), 0.0));
  ASSERT_GT(norm, 0.3);  // so that the limits below bite, and the wide one does not
  ASSERT_LT(norm, 5);
  for (const GradientClip &clip :
       {GradientClip{.value = 0.05f}, GradientClip{.norm = 0.1f}, GradientClip{.value = 0.1f, .norm = 0.15f},
        GradientClip{.value = 10, .norm = 10}}) {
    TrainOptions o = plain_descent(3, 1.0f);
    o.clip = clip;
    SecondTrainer clipped = second;
    clipped.clip_value = static_cast<double>(clip.value);
    clipped.clip_norm = static_cast<double>(clip.norm);
    expect_same(o, data, model, clipped);
  }
}

// Equal examples: whichever come together, a step is the same. 5 in batches of 2 are 3 steps per epoch.
TEST(SecondTrainer, agrees_on_schedules_step_by_step) {
  const Dataset same = examples(2, 2, {1, -2, 1, -2, 1, -2, 1, -2, 1, -2}, {0, 0, 0, 0, 0});
  const Splits data{same, {}, {}, ""};
  const Model model = linear_model(same, 2);
  constexpr int kEpochs = 5, kSteps = 3;
  const double pi = std::acos(-1.0);
  const auto run = [&](const Schedule &schedule, const std::function<double(int)> &factor) {
    SecondTrainer second(model, kSeed, {});
    TrainOptions o = plain_descent(kEpochs, 0.05f);
    o.batch = 2;
    o.schedule = schedule;
    const TrainedRun trained = train(model, data, o);
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
      const EpochRecord &record = trained.history[static_cast<size_t>(epoch)];
      EXPECT_NEAR(record.learning_rate, 0.05 * factor(epoch * kSteps), 1e-8) << schedule.type << epoch;
      double loss = 0;
      for (int step = epoch * kSteps; step < (epoch + 1) * kSteps; ++step) {
        loss += second.mean_loss(same) * (step % kSteps == kSteps - 1 ? 1 : 2);
        second.step(same, 0.05 * factor(step));
      }
      EXPECT_NEAR(record.loss, loss / 5, 2e-6) << schedule.type << epoch;
      EXPECT_FALSE(record.has_validation);
      EXPECT_EQ(record.value("val_loss"), record.loss);  // what a monitor sees
    }
    expect_near(weights_of(trained.model), second.w);
  };
  run({}, [](int) { return 1.0; });
  run({.warmup = 2}, [](int s) { return s < 6 ? (s + 1) / 6.0 : 1.0; });
  run({.type = "step", .every = 2, .factor = 0.5}, [](int s) { return std::pow(0.5, s / 6); });
  run({.type = "step", .every = 1, .factor = 0.5, .warmup = 1},
      [](int s) { return s < 3 ? (s + 1) / 3.0 : std::pow(0.5, (s - 3) / 3); });
  run({.type = "exponential", .every = 2, .factor = 0.3}, [](int s) { return std::pow(0.3, s / 6.0); });
  run({.type = "cosine"}, [&](int s) { return 0.5 * (1 + std::cos(pi * s / 15)); });
  run({.type = "cosine", .final = 0.2, .warmup = 1},
      [&](int s) { return s < 3 ? (s + 1) / 3.0 : 0.2 + 0.4 * (1 + std::cos(pi * (s - 3) / 12)); });
}

// Train and validation want the opposite: validation loss is lowest in the first epoch.
TEST(SecondTrainer, agrees_on_the_rates_of_a_plateau) {
  const Splits data{examples(1, 2, {1, 1}, {1, 1}), examples(1, 2, {1}, {0}), {}, ""};
  const Model model = linear_model(data.train, 2);
  TrainOptions o = plain_descent(12, 0.2f);
  o.reduce_lr = {.patience = 2, .factor = 0.5, .min_rate = 0.03, .cooldown = 2};
  // from the rule of Keras by hand: the first epoch of a cooldown of two counts for nothing, min_rate is the
  // floor
  const std::vector<double> rates = {0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.03, 0.03, 0.03};
  SecondTrainer second(model, kSeed, {});
  const TrainedRun run = train(model, data, o);
  ASSERT_EQ(run.history.size(), rates.size());
  for (size_t e = 0; e < rates.size(); ++e) {
    EXPECT_NEAR(run.history[e].learning_rate, rates[e], 1e-7) << e;
    second.step(data.train, rates[e]);
  }
  expect_near(weights_of(run.model), second.w);
  o.reduce_lr.monitor = "loss";  // which falls all the time by more than min_delta
  for (const EpochRecord &record : train(model, data, o).history)
    EXPECT_NEAR(record.learning_rate, 0.2, 1e-7) << record.epoch;
  o.reduce_lr = {};
  for (const EpochRecord &record : train(model, data, o).history)
    EXPECT_NEAR(record.learning_rate, 0.2, 1e-7) << record.epoch;
}

// At a rate that moves nothing, whatever the order: 7 examples in batches of 3, 5 to validate on.
TEST(SecondTrainer, agrees_on_means_with_a_last_partial_batch) {
  const Splits data{some_examples(7), some_examples(5, 3, 3, 2), {}, ""};
  const Model model = linear_model(data.train, 3);
  TrainOptions o = plain_descent(2, 1e-12f);
  o.batch = 3;
  const SecondTrainer second(model, kSeed, {});
  const TrainedRun run = train(model, data, o);
  for (const EpochRecord &record : run.history) {
    EXPECT_NEAR(record.loss, second.mean_loss(data.train), 1e-6);
    EXPECT_NEAR(record.val_loss, second.validation_loss(data.val), 1e-6);
    EXPECT_DOUBLE_EQ(record.accuracy, second.accuracy(data.train));
    EXPECT_DOUBLE_EQ(record.val_accuracy, second.accuracy(data.val));
    EXPECT_FALSE(record.is_regression);
    EXPECT_GE(record.seconds, 0);
  }
  for (double share : {run.history[0].accuracy, run.history[0].val_accuracy}) {
    EXPECT_GT(share, 0);  // else a wrong divisor would not show
    EXPECT_LT(share, 1);
  }
  EXPECT_EQ(run.history[0].epoch, 1);
  EXPECT_EQ(run.history[1].epoch, 2);
}

TEST(SecondTrainer, agrees_on_regression_and_its_absolute_error) {
  Splits data{some_examples(7), some_examples(5, 3, 3, 2), {}, ""};
  for (Dataset *set : {&data.train, &data.val})
    for (size_t i = 0; i < set->size(); ++i)
      for (double factor : {1.0, -2.0})
        set->targets.push_back(static_cast<float>(std::sin(factor * static_cast<double>(i) + 1)));
  const Model model = linear_model(data.train, 2, none);
  TrainOptions o = plain_descent(2, 1e-12f);
  o.batch = 3;
  o.loss = {LossType::kMse};
  o.target = ModelTarget::kValues;
  SecondTrainer second(model, kSeed, o.loss);
  SecondTrainer absolute(model, kSeed, {LossType::kMae});
  for (const EpochRecord &record : train(model, data, o).history) {
    EXPECT_NEAR(record.loss, second.mean_loss(data.train), 1e-6);
    EXPECT_NEAR(record.val_loss, second.validation_loss(data.val), 1e-6);
    EXPECT_NEAR(record.mae, absolute.mean_loss(data.train), 1e-6);
    EXPECT_NEAR(record.val_mae, absolute.validation_loss(data.val), 1e-6);
    EXPECT_TRUE(record.is_regression);
  }
  o.optimizer = Sgd{0.2f};
  o.epochs = 4;
  o.batch = 64;
  expect_same(o, data, model, second);
}

// Outputs are 0 as long as weights are, so the loss is the mean square of the targets: 1 when they are the
// normalized windows, whatever augmentation does to the input.
TEST(SecondTrainer, an_autoencoder_has_windows_without_augmentation_as_target) {
  const Splits data{some_examples(7), some_examples(5, 3, 3, 2), {}, ""};
  const Model model = sequential("auto", {1, 3}, {Flatten{}, Dense{.units = 3, .initializer = "zeros"}});
  TrainOptions o = plain_descent(1, 1e-12f);
  o.batch = 3;
  o.loss = {LossType::kMse};
  o.target = ModelTarget::kInput;
  o.normalize = "channel";
  o.augment = {.noise = 1, .scale = 0.5f};
  EXPECT_NEAR(train(model, data, o).history[0].loss, 1, 1e-5);
  const Dataset &t = data.train, &v = data.val;
  double sum = 0;
  for (size_t c = 0; c < 3; ++c) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < t.size(); ++i) mean += static_cast<double>(t.example(i)[c]) / 7;
    for (size_t i = 0; i < t.size(); ++i) variance += std::pow(t.example(i)[c] - mean, 2) / 7;
    for (size_t i = 0; i < v.size(); ++i) sum += std::pow(v.example(i)[c] - mean, 2) / variance / 15;
  }
  EXPECT_NEAR(train(model, data, o).history[0].val_loss, sum, 1e-5);
}

}  // namespace
}  // namespace mote
