// What happens between epochs: stopping, the weights that stay, callbacks, order, augmentation, saving.
#include <cmath>
#include <limits>
#include <set>

#include "features/preprocessing.h"
#include "train/callbacks.h"
#include "train/second_trainer.h"
#include "train/state.h"

namespace mote {
namespace {

using test::examples;
using test::expect_near;
using test::linear_model;
using test::SecondTrainer;
using test::some_examples;
using test::weights_of;

constexpr uint64_t kSeed = 11;

// Training pulls towards class 1; of the validation windows one third is of class 0, so that their loss has
// its minimum where the probability of class 1 is two thirds, and rises behind it.
Splits overshooting() { return {examples(1, 2, {1}, {1}), examples(1, 2, {1, 1, 1}, {1, 1, 0}), {}, ""}; }
Model start_on_the_wrong_side() { return linear_model(overshooting().train, 2); }

// Whose weights begin so far on the side of class 0 that the best epoch is one in the middle.
uint64_t seed_of_the_wrong_side() {
  static const uint64_t kFound = [] {
    for (uint64_t seed = 1;; ++seed) {
      Model model = start_on_the_wrong_side();
      initialize(model.graph, seed);
      const std::vector<float> w = weights_of(model);
      if (w[1] - w[0] > -0.9f && w[1] - w[0] < -0.7f) return seed;
    }
  }();
  return kFound;
}

TrainOptions descent(int epochs, float rate = 0.15f) {
  return {.epochs = epochs,
          .batch = 4,
          .optimizer = Sgd{rate},
          .seed = seed_of_the_wrong_side(),
          .threads = 1,
          .normalize = "none"};
}

// Of the second trainer, epoch by epoch.
struct Course {
  std::vector<double> val_loss, val_accuracy, loss;
};
Course course_of(int epochs, float rate = 0.15f) {
  const Splits data = overshooting();
  SecondTrainer second(start_on_the_wrong_side(), seed_of_the_wrong_side(), {});
  Course c;
  for (int e = 0; e < epochs; ++e) {
    c.loss.push_back(second.mean_loss(data.train));
    second.step(data.train, static_cast<double>(rate));
    c.val_loss.push_back(second.validation_loss(data.val));
    c.val_accuracy.push_back(second.accuracy(data.val));
  }
  return c;
}

struct End {
  int best, stop;  // epochs from 1; stop 0: never
};
// The rule in its own words: stop when the best value is `patience` epochs old.
End rule(std::vector<double> values, bool is_higher_better, int patience, double min_delta) {
  End end{0, 0};
  double best = is_higher_better ? -1e9 : 1e9;
  for (size_t e = 0; e < values.size(); ++e) {
    const double gain = is_higher_better ? values[e] - best : best - values[e];
    if (gain > min_delta) {
      best = values[e];
      end.best = static_cast<int>(e) + 1;
    }
    if (static_cast<int>(e) + 1 - end.best >= patience) {
      end.stop = static_cast<int>(e) + 1;
      return end;
    }
  }
  return end;
}

std::vector<float> weights_after(int epochs) {
  return weights_of(train(start_on_the_wrong_side(), overshooting(), descent(epochs)).model);
}

TEST(EarlyStopping, stops_where_the_rule_says_and_restores_the_best_weights) {
  constexpr int kEpochs = 60;
  const Course course = course_of(kEpochs);
  for (int patience : {1, 3, 7}) {
    TrainOptions o = descent(kEpochs);
    o.early_stopping = {.patience = patience};
    const End end = rule(course.val_loss, false, patience, 0);
    ASSERT_GT(end.best, 2);
    ASSERT_EQ(end.stop, end.best + patience);
    const TrainedRun run = train(start_on_the_wrong_side(), overshooting(), o);
    EXPECT_EQ(run.history.size(), static_cast<size_t>(end.stop)) << patience;
    EXPECT_EQ(run.best_epoch, end.best);
    EXPECT_TRUE(run.stopped_early);
    EXPECT_EQ(weights_of(run.model), weights_after(end.best));
    EXPECT_NE(weights_of(run.model), weights_after(end.stop));
    o.early_stopping.restore_best = false;
    const TrainedRun last = train(start_on_the_wrong_side(), overshooting(), o);
    EXPECT_EQ(last.history.size(), static_cast<size_t>(end.stop));
    EXPECT_EQ(last.best_epoch, end.stop);  // whose weights the model holds
    EXPECT_EQ(weights_of(last.model), weights_after(end.stop));
  }
}

TEST(EarlyStopping, restores_the_best_weights_of_a_run_that_ends_by_itself) {
  const End end = rule(course_of(60).val_loss, false, 1000, 0);
  TrainOptions o = descent(end.best + 5);
  o.early_stopping = {.patience = 20};
  const TrainedRun run = train(start_on_the_wrong_side(), overshooting(), o);
  EXPECT_EQ(run.history.size(), static_cast<size_t>(end.best + 5));
  EXPECT_FALSE(run.stopped_early);
  EXPECT_EQ(weights_of(run.model), weights_after(end.best));
  EXPECT_NE(weights_of(run.model), weights_after(end.best + 5));
  o.early_stopping = {};  // patience 0: off
  const TrainedRun whole = train(start_on_the_wrong_side(), overshooting(), o);
  EXPECT_EQ(whole.best_epoch, end.best + 5);
  EXPECT_FALSE(whole.stopped_early);
  EXPECT_EQ(weights_of(whole.model), weights_after(end.best + 5));
}

TEST(EarlyStopping, can_watch_what_the_model_tells_of_a_stream) {
  // the model of an epoch, judged by numbers that no loss has
  const std::vector<double> values = {3, 2.5, 1.25, 2, 1.25, 1.5, 4};
  TrainOptions o = descent(7);
  o.early_stopping = {.patience = 3, .monitor = "val_stream"};
  EXPECT_ERROR(train(start_on_the_wrong_side(), overshooting(), o), "no stream of events");
  std::vector<std::vector<float>> judged;
  o.judge_stream = [&](const Model &model) {
    judged.push_back(weights_of(model));
    return values[judged.size() - 1];
  };
  const TrainedRun run = train(start_on_the_wrong_side(), overshooting(), o);
  EXPECT_EQ(run.best_epoch, 3);
  ASSERT_EQ(run.history.size(), 6u);
  EXPECT_TRUE(run.stopped_early);
  for (size_t e = 0; e < run.history.size(); ++e) EXPECT_EQ(run.history[e].val_stream, values[e]);
  EXPECT_EQ(weights_of(run.model), judged[2]);
  EXPECT_EQ(judged[2], weights_after(3));
  // nobody watches: nobody is asked
  judged.clear();
  o.early_stopping = {.patience = 3};
  EXPECT_TRUE(std::isnan(train(start_on_the_wrong_side(), overshooting(), o).history[0].val_stream));
  EXPECT_TRUE(judged.empty());
}

TEST(EarlyStopping, heeds_min_delta_and_the_monitor) {
  constexpr int kEpochs = 60;
  const Course course = course_of(kEpochs);
  const auto stop_of = [&](const EarlyStopping &stopping) {
    TrainOptions o = descent(kEpochs);
    o.early_stopping = stopping;
    const TrainedRun run = train(start_on_the_wrong_side(), overshooting(), o);
    return std::pair(run.best_epoch, run.history.size());
  };
  const auto expect = [&](const EarlyStopping &stopping, const std::vector<double> &values, bool is_higher) {
    const End end = rule(values, is_higher, stopping.patience, stopping.min_delta);
    ASSERT_GT(end.stop, 0);
    EXPECT_EQ(stop_of(stopping), std::pair(end.best, static_cast<size_t>(end.stop))) << stopping.monitor;
  };
  expect({.patience = 3, .min_delta = 0.01}, course.val_loss, false);
  EXPECT_LT(stop_of({.patience = 3, .min_delta = 0.01}), stop_of({.patience = 3}));
  const End by_accuracy = rule(course.val_accuracy, true, 4, 0);
  ASSERT_GT(by_accuracy.best, 1);  // it starts on the wrong side
  expect({.patience = 4, .monitor = "val_accuracy"}, course.val_accuracy, true);
  expect({.patience = 4, .min_delta = 0.5, .monitor = "val_accuracy"}, course.val_accuracy, true);
  expect({.patience = 2, .min_delta = 0.02, .monitor = "loss"}, course.loss, false);
}

// As Keras' start_from_epoch: what comes before neither is the best nor is waited for.
TEST(EarlyStopping, leaves_out_the_epochs_before_its_start) {
  const auto stop_of = [](int start) {
    EarlyStoppingState state({.patience = 2, .start_from_epoch = start});
    EpochRecord record;
    int best = 0;
    for (const double loss : {0.1, 1.0, 0.9, 0.95, 0.96, 0.97}) {
      ++record.epoch;
      record.val_loss = loss;
      const auto verdict = state.end_of_epoch(record);
      if (verdict.is_best) best = record.epoch;
      if (verdict.stop) break;
    }
    return std::pair(best, record.epoch);
  };
  EXPECT_EQ(stop_of(0), std::pair(1, 3));
  EXPECT_EQ(stop_of(1), std::pair(3, 5));
  EXPECT_EQ(stop_of(2), std::pair(3, 5));
  EXPECT_EQ(stop_of(4), std::pair(5, 6));
}

TEST(Callbacks, are_called_once_an_epoch_with_the_model_of_that_moment) {
  std::vector<int> epochs;
  std::vector<bool> best;
  TrainOptions o = descent(12);
  int others = 0;
  o.callbacks.push_back([&](const EpochEnd &end) {
    epochs.push_back(end.record.epoch);
    best.push_back(end.is_best);
    EXPECT_EQ(end.history.size(), epochs.size());
    EXPECT_EQ(end.history.back().val_loss, end.record.val_loss);
    EXPECT_EQ(weights_of(end.model()), weights_after(end.record.epoch));
    return end.record.epoch != 9;
  });
  o.callbacks.push_back([&](const EpochEnd &) {
    ++others;
    return true;
  });
  const TrainedRun run = train(start_on_the_wrong_side(), overshooting(), o);
  EXPECT_EQ(epochs, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(others, 9);  // also in the epoch in which the other one stopped
  EXPECT_EQ(run.history.size(), 9u);
  EXPECT_FALSE(run.stopped_early);
  const std::vector<double> losses = course_of(9).val_loss;
  for (size_t e = 0; e < best.size(); ++e)
    EXPECT_EQ(best[e],
              e == 0 || losses[e] < *std::min_element(losses.begin(), losses.begin() + static_cast<long>(e)))
        << e;
  EXPECT_TRUE(best[1]);
  EXPECT_FALSE(best[8]);
}

// At a rate that moves nothing and a batch of one, the sum of losses grows by that of one example.
std::vector<std::vector<double>> losses_in_order(const Dataset &set, int epochs, uint64_t seed,
                                                 const AugmentOptions &augment = {}) {
  std::vector<std::vector<double>> losses(static_cast<size_t>(epochs));
  TrainOptions o = descent(epochs, 1e-12f);
  o.batch = 1;
  o.seed = seed;
  o.augment = augment;
  o.is_fine_tuning = true;  // weights of the model
  Model model = linear_model(set, 2);
  initialize(model.graph, kSeed);
  model.preprocessing = {set.window, set.channels, 0, set.channel_names, {normalization("none", {0}, {1})}};
  double before = 0;
  o.save_seconds = 0;
  o.save = [&](const TrainingState &s) {
    losses[static_cast<size_t>(s.epoch) - 1].push_back(s.total.loss_sum - (s.batches == 1 ? 0 : before));
    before = s.total.loss_sum;
  };
  train(model, {set, {}, {}, ""}, o);
  return losses;
}

TEST(Order, is_a_new_permutation_in_every_epoch_and_for_every_seed) {
  const Dataset set = some_examples(12, 2, 2);
  SecondTrainer second(linear_model(set, 2), kSeed, {});
  std::vector<double> single;
  for (size_t i = 0; i < set.size(); ++i)
    single.push_back(test::loss_formula({}, second.output(second.w, set.example(i)), {set.classes[i]}));
  std::set<std::vector<size_t>> orders;
  std::set<size_t> first, last;
  for (uint64_t seed : {1u, 2u})
    for (const std::vector<double> &epoch : losses_in_order(set, 6, seed)) {
      std::vector<size_t> order;
      for (double loss : epoch)
        order.push_back(static_cast<size_t>(
            std::min_element(single.begin(), single.end(),
                             [&](double a, double b) { return std::fabs(a - loss) < std::fabs(b - loss); }) -
            single.begin()));
      orders.insert(order);
      first.insert(order.front());
      last.insert(order.back());
      EXPECT_EQ(std::set<size_t>(order.begin(), order.end()).size(), set.size());  // each once
      EXPECT_EQ(order.size(), set.size());
    }
  EXPECT_EQ(orders.size(), 12u);
  EXPECT_GT(first.size(), 3u);
  EXPECT_GT(last.size(), 3u);
  EXPECT_EQ(losses_in_order(set, 2, 1), losses_in_order(set, 2, 1));
}

// Examples that are all the same differ by their augmentation alone.
TEST(Augmentation, is_another_for_every_example_and_epoch) {
  std::vector<float> values;
  for (int i = 0; i < 8; ++i) values.insert(values.end(), {1.0f, -2.0f});
  const Dataset set = examples(2, 2, values, std::vector<int>(8));
  const AugmentOptions augment{.scale = 0.5f};
  std::set<double> different;
  for (const std::vector<double> &epoch : losses_in_order(set, 3, 1, augment))
    different.insert(epoch.begin(), epoch.end());
  EXPECT_EQ(different.size(), 3u * 8);
  for (const std::vector<double> &epoch : losses_in_order(set, 3, 2, augment))
    different.insert(epoch.begin(), epoch.end());
  EXPECT_EQ(different.size(), 2u * 3 * 8);
}

// A gain of exactly 1 augments nothing, but takes another path: windows are normalized as they are needed,
// and with a second thread they are prepared ahead.
TEST(Feeding, ahead_or_not_and_kept_or_not_gives_the_same_bits) {
  const Splits data = test::toy_splits(3, 20, 3, 10);
  const auto run = [&](int threads, float scale) {
    TrainOptions o{.epochs = 3, .batch = 4, .seed = 5, .threads = threads, .augment = {.scale = scale}};
    const TrainedRun r = train(test::toy_model(), data, o);
    std::vector<double> numbers;
    for (const EpochRecord &e : r.history)
      numbers.insert(numbers.end(), {e.loss, e.accuracy, e.val_loss, e.val_accuracy});
    return std::pair(weights_of(r.model), numbers);
  };
  constexpr float kNothing = 1e-30f;
  const auto kept = run(1, 0), on_the_fly = run(1, kNothing), ahead = run(3, kNothing);
  EXPECT_EQ(on_the_fly, kept);
  EXPECT_EQ(ahead, kept);
  EXPECT_NE(run(1, 0.1f).first, kept.first);
}

TEST(Saving, happens_after_every_step_or_when_it_is_due) {
  const Splits data{some_examples(7), {}, {}, ""};
  TrainOptions o = descent(2);
  o.batch = 3;
  std::vector<std::vector<uint64_t>> places;
  o.save = [&](const TrainingState &s) {
    places.push_back({static_cast<uint64_t>(s.epoch), s.batches, s.steps, s.history.size()});
  };
  o.save_seconds = 0;
  train(linear_model(data.train, 3), data, o);
  EXPECT_EQ(places, (std::vector<std::vector<uint64_t>>{
                        {1, 1, 1, 0}, {1, 2, 2, 0}, {1, 3, 3, 0}, {2, 1, 4, 1}, {2, 2, 5, 1}, {2, 3, 6, 1}}));
  places.clear();
  o.save_seconds = 1e9;
  train(linear_model(data.train, 3), data, o);
  EXPECT_TRUE(places.empty());
}

TEST(Training, starts_from_the_seed_or_goes_on_from_the_model) {
  const Splits data{some_examples(7), {}, {}, ""};
  TrainOptions o = descent(1, 1e-12f);
  Model model = linear_model(data.train, 3);
  std::vector<float> by_seed[2];
  for (uint64_t seed : {1u, 2u}) {
    o.seed = seed;
    Model fresh = linear_model(data.train, 3);
    initialize(fresh.graph, seed);
    by_seed[seed - 1] = weights_of(fresh);
    expect_near(weights_of(train(model, data, o).model),
                {by_seed[seed - 1].begin(), by_seed[seed - 1].end()});
  }
  EXPECT_NE(by_seed[0], by_seed[1]);
  model = train(model, data, o).model;
  EXPECT_EQ(model.preprocessing.steps[0].attrs.text("normalize"), "none");
  EXPECT_EQ(model.labels, data.train.labels);
  o.is_fine_tuning = true;
  o.seed = 77;
  o.normalize = "channel";
  const Model tuned = train(model, data, o).model;
  expect_near(weights_of(tuned), {by_seed[1].begin(), by_seed[1].end()});
  EXPECT_EQ(tuned.preprocessing.steps[0].attrs.text("normalize"), "none");
}

TEST(NanGuard, counts_epochs_and_steps_from_one) {
  const Dataset same = examples(1, 2, {10, 10, 10}, {0, 0, 1});
  TrainOptions o = descent(3, 1e38f);
  o.optimizer = Sgd{3e38f};
  o.loss = {LossType::kMse};
  o.batch = 1;
  EXPECT_ERROR(train(linear_model(same, 2, none), {same, {}, {}, ""}, o), "in epoch 1, step 2");
  o.batch = 3;
  EXPECT_ERROR(train(linear_model(same, 2, none), {same, {}, {}, ""}, o), "in epoch 2, step 1");
}

TEST(Profile, is_filled_when_it_is_asked_for) {
  const Splits data{some_examples(7), some_examples(4), {}, ""};
  TrainOptions o = descent(2);
  o.batch = 3;
  const TrainingProfile none_asked = train(linear_model(data.train, 3), data, o).profile;
  EXPECT_TRUE(none_asked.rows.empty());
  EXPECT_EQ(none_asked.steps, 0u);
  o.has_profile = true;
  const TrainingProfile p = train(linear_model(data.train, 3), data, o).profile;
  EXPECT_EQ(p.steps, 6u);  // 3 per epoch
  EXPECT_EQ(p.threads, 1);
  EXPECT_GT(p.feed_s, 0);
  EXPECT_GT(p.step_s, 0);
  EXPECT_GT(p.update_s, 0);
  ASSERT_EQ(p.rows.size(), 1u);
  EXPECT_EQ(p.rows[0].op, "dense");
  EXPECT_DOUBLE_EQ(p.rows[0].flop, 2.0 * 2 * (3 * 3) * 7 * 2);  // forward and weights; 7 examples, 2 epochs
  TrainingProfile known;
  known.rows = {{"a", "dense", 0.5, 1.5, 3e9}, {"b", "dense", 0.25, 0.75, 1e9}};
  known.step_s = 4;
  known.peak_flops = 2e9;
  EXPECT_DOUBLE_EQ(known.flop(), 4e9);
  EXPECT_DOUBLE_EQ(known.share_of_peak(), 0.5);
  known.peak_flops = 0;
  EXPECT_EQ(known.share_of_peak(), 0);
}

}  // namespace
}  // namespace mote
