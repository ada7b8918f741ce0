// judge_history() on either side of each of its limits.
#include "test_support.h"

namespace mote {
namespace {

using History = std::vector<EpochRecord>;

// Epochs that nothing can be said about; `change` makes the difference.
History history(int epochs, const std::function<void(EpochRecord &)> &change) {
  History h;
  for (int n = 1; n <= epochs; ++n) {
    EpochRecord e;
    e.epoch = n;
    e.loss = 0.1;
    e.val_loss = 0.11;
    e.accuracy = 0.95;
    e.val_accuracy = 0.94;
    change(e);
    h.push_back(e);
  }
  return h;
}
bool says(const History &h, const std::string &part) {
  return judge_history(h).find(part) != std::string::npos;
}

TEST(Judge, says_nothing_of_ordinary_short_or_unvalidated_runs) {
  EXPECT_EQ(judge_history(history(12, [](EpochRecord &) {})), "");
  const auto rising = [](EpochRecord &e) { e.val_loss = 0.5 * e.epoch; };
  EXPECT_EQ(judge_history(history(4, rising)), "");
  EXPECT_TRUE(says(history(5, rising), "Overfitting"));
  const auto bad_but_unvalidated = [](EpochRecord &e) {
    e.has_validation = false;
    e.accuracy = 0.3;
  };
  EXPECT_TRUE(says(history(12, bad_but_unvalidated), "Underfitting: training accuracy is only 30.0 %"));
  const auto unvalidated = [](EpochRecord &e) {
    e.has_validation = false;
    e.val_loss = e.epoch;
  };
  EXPECT_EQ(judge_history(history(12, unvalidated)), "");
  EXPECT_TRUE(says(history(12, [](EpochRecord &e) { e.accuracy = e.val_accuracy = 0.3; }), "Underfitting"));
}

TEST(Judge, overfitting_is_a_loss_that_rose_or_a_gap) {
  const auto rose = [](int best, double last) {
    return history(12, [=](EpochRecord &e) {
      e.val_loss = e.epoch == best ? 0.5 : e.epoch == 12 ? last : 0.6;
    });
  };
  EXPECT_FALSE(says(rose(2, 0.669), "Overfitting"));  // the limit is 1.3 times 0.5 and 0.02
  EXPECT_TRUE(says(rose(2, 0.671), "Overfitting"));
  EXPECT_FALSE(says(rose(9, 2), "Overfitting"));  // the best is three epochs old
  EXPECT_TRUE(says(rose(8, 2), "Overfitting"));
  EXPECT_TRUE(says(rose(8, 2),
                   "training accuracy 95.0 %, validation 94.0 %; validation loss was lowest in "
                   "epoch 8."));
  const auto gap = [](double validation) {
    return history(12, [=](EpochRecord &e) { e.val_accuracy = validation; });
  };
  EXPECT_FALSE(says(gap(0.86), "Overfitting"));
  EXPECT_TRUE(says(gap(0.84), "training accuracy 95.0 %, validation 84.0 %"));
  EXPECT_FALSE(says(gap(1.0), "Overfitting"));
}

TEST(Judge, a_regression_overfits_by_its_loss_alone) {
  const auto rose = [](int best, double last) {
    return history(12, [=](EpochRecord &e) {
      e.is_regression = true;
      e.accuracy = e.val_accuracy = 0;
      e.val_loss = e.epoch == best ? 0.5 : e.epoch == 12 ? last : 0.6;
    });
  };
  EXPECT_EQ(judge_history(rose(2, 0.649)), "");
  EXPECT_TRUE(
      says(rose(2, 0.651), "Overfitting: validation loss was lowest in epoch 2 (0.5) and is now 0.651."));
  EXPECT_EQ(judge_history(rose(9, 2)), "");
  EXPECT_TRUE(says(rose(8, 2), "Overfitting"));
}

TEST(Judge, underfitting_is_below_four_fifths) {
  const auto accurate = [](double accuracy, double last_loss) {
    return history(12, [=](EpochRecord &e) {
      e.accuracy = e.val_accuracy = accuracy;
      if (e.epoch == 12) {
        e.loss = last_loss;
        e.val_loss = 0.105;
      }
    });
  };
  EXPECT_EQ(judge_history(accurate(0.81, 0.1)), "");
  EXPECT_TRUE(says(accurate(0.79, 0.1),
                   "Underfitting: training accuracy is only 79.0 %. Try a larger model, or a higher"));
  EXPECT_TRUE(says(accurate(0.79, 0.05), "Try more epochs (the loss is still falling), a larger model"));
}

TEST(Judge, a_loss_still_falls_if_it_lost_a_tenth_in_the_last_quarter) {
  const auto falls = [](double last, int best = 12, double val = 0.1) {
    return says(history(12,
                        [=](EpochRecord &e) {
                          e.loss = e.epoch == 10 ? 0.2 : e.epoch == 12 ? last : 0.05;
                          e.val_loss = val + (e.epoch == best ? 0 : 0.001);
                        }),
                "The loss is still falling: more epochs should help.");
  };
  EXPECT_TRUE(falls(0.179));  // against epoch 10 of 12
  EXPECT_FALSE(falls(0.181));
  EXPECT_TRUE(falls(0.1, 10));  // validation was best two epochs ago
  EXPECT_FALSE(falls(0.1, 9));
  EXPECT_TRUE(falls(0.1, 12, 0.021));
  EXPECT_FALSE(falls(0.1, 12, 0.019));
}

// What is said of a flat history with these accuracies.
struct Verdict {
  const char *what;
  double accuracy, val_accuracy;
  TrainingFacts facts;
  std::string begins, lacks = "never said";
};

TEST(Judge, weighs_chance_few_windows_and_what_was_tried) {
  const TrainingFacts rare = {
      .val_windows = 400, .largest_share = 0.95, .largest_class = "rest", .classes = 2};
  TrainingFacts weighted = rare;
  weighted.has_class_weights = true;
  const TrainingFacts augmented = {
      .val_windows = 400, .has_augmentation = true, .has_dropout = true, .has_early_stopping = true};
  const std::vector<Verdict> verdicts = {
      {"95/5 by chance", 0.95, 0.95, rare,
       "Nothing learned: training accuracy 95.0 %, and always answering 'rest'"},
      {"95/5 by chance, weighted", 0.95, 0.95, weighted, "Nothing learned", "class_weights"},
      {"95/5, validation happens to be easier", 0.95, 0.96, rare, "Nothing learned"},
      {"95/5, a little above", 0.965, 0.965, rare,
       "Underfitting: training accuracy is only 96.5 %, and always"},
      {"95/5 learned", 0.99, 0.99, rare, ""},
      {"thirds by chance",
       1.0 / 3,
       0.30,
       {.largest_share = 1.0 / 3, .largest_class = "a", .classes = 3},
       "Nothing learned",
       "class_weights"},
      {"validation above training", 0.79, 0.93, {.val_windows = 400}, ""},
      {"both low, validation above", 0.55, 0.7, {.val_windows = 400}, "Underfitting"},
      {"gap of many windows", 0.95, 0.75, {.val_windows = 400}, "Overfitting"},
      {"gap of eight windows",
       0.90,
       0.75,
       {.val_windows = 8},
       "Validation accuracy 75.0 % of 8 windows may be"},
      {"tried: augmentation", 0.95, 0.75, augmented, "Overfitting", "augmentation"},
      {"tried: dropout", 0.95, 0.75, augmented, "Overfitting", "dropout"},
      {"tried: early stopping", 0.95, 0.75, augmented, "Overfitting", "early stopping"},
  };
  for (const Verdict &v : verdicts) {
    const std::string said = judge_history(history(12,
                                                   [&](EpochRecord &e) {
                                                     e.accuracy = v.accuracy;
                                                     e.val_accuracy = v.val_accuracy;
                                                   }),
                                           v.facts);
    EXPECT_TRUE(v.begins.empty() ? said.empty() : said.starts_with(v.begins)) << v.what << ": " << said;
    EXPECT_EQ(said.find(v.lacks), std::string::npos) << v.what << ": " << said;
  }
}

TEST(Judge, a_loss_that_rose_below_a_validation_above_training_is_no_overfitting) {
  const History h = history(12, [](EpochRecord &e) {
    e.val_loss = e.epoch == 2 ? 0.1 : 0.5;
    e.accuracy = 0.9;
    e.val_accuracy = 0.95;
  });
  EXPECT_FALSE(says(h, "Overfitting"));
}

// Two classes of noise: the weights learn the training windows, and the kept epoch is one before they did.
TEST(Judge, a_model_that_learned_its_training_windows_later_is_not_too_small) {
  const auto of = [](double validation) {
    return history(12, [=](EpochRecord &e) {
      e.accuracy = e.epoch == 2 ? 0.6 : 0.55 + e.epoch / 30.0;
      e.val_accuracy = validation;
      e.val_loss = e.epoch == 2 ? 0.7 : 0.75;
    });
  };
  const TrainingFacts halves = {
      .kept_epoch = 2, .val_windows = 200, .largest_share = 0.5, .largest_class = "a", .classes = 2};
  EXPECT_TRUE(judge_history(of(0.5), halves)
                  .starts_with("Overfitting: training accuracy reached 95.0 % in epoch 12, validation 50.0 % "
                               "(kept: epoch 2), which is hardly better than always giving one answer"));
  EXPECT_EQ(judge_history(of(0.7), halves).find("always"), std::string::npos);
  EXPECT_TRUE(judge_history(of(0.7), halves).starts_with("Overfitting"));
  EXPECT_FALSE(judge_history(of(0.86), halves).starts_with("Overfitting"));
}

TEST(Judge, of_an_uneven_set_weights_of_classes_are_advised) {
  const TrainingFacts rare = {
      .val_windows = 400, .largest_share = 0.95, .largest_class = "rest", .classes = 2};
  const std::string said =
      judge_history(history(12, [](EpochRecord &e) { e.accuracy = e.val_accuracy = 0.95; }), rare);
  EXPECT_NE(said.find("train.class_weights = \"balanced\""), std::string::npos) << said;
}

TEST(Judge, what_came_behind_the_kept_epoch_does_not_count) {
  const History h = history(12, [](EpochRecord &e) { e.val_loss = e.epoch == 6 ? 0.1 : 0.5; });
  EXPECT_TRUE(says(h, "Overfitting"));
  EXPECT_EQ(judge_history(h, {.kept_epoch = 6, .has_early_stopping = true, .stopped_early = true}), "");
}

TEST(Judge, early_stopping_is_not_followed_by_more_epochs) {
  const History h = history(12, [](EpochRecord &e) {
    e.loss = 1.0 / e.epoch;
    e.val_loss = 1.1 / e.epoch;
  });
  EXPECT_TRUE(says(h, "more epochs should help"));
  EXPECT_EQ(judge_history(h, {.has_early_stopping = true, .stopped_early = true}), "");
}

}  // namespace
}  // namespace mote
