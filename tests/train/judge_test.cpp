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
    e.epoch = n, e.loss = 0.1, e.val_loss = 0.11, e.accuracy = 0.95, e.val_accuracy = 0.94;
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
    e.val_loss = e.loss, e.val_accuracy = e.accuracy = 0.3;
  };
  EXPECT_EQ(judge_history(history(12, bad_but_unvalidated)), "");
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
      e.is_regression = true, e.accuracy = e.val_accuracy = 0;
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
      if (e.epoch == 12) e.loss = last_loss, e.val_loss = 0.105;
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

}  // namespace
}  // namespace mote
